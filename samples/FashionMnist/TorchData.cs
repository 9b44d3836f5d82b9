using Hone.Torch;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace FashionMnist;

/// <summary>The data set as TorchSharp tensors.</summary>
internal static class TorchData
{
    /// <summary>All images, <c>[n, 1, 28, 28]</c>, normalized.</summary>
    internal static Tensor Images(Hone.Datasets.FashionMnist data)
    {
        using Hone.Tensors.Tensor images = data.Images(0, data.Count);
        return images.ToTorch();
    }

    /// <summary>All classes, int64 <c>[n]</c>.</summary>
    internal static Tensor Labels(Hone.Datasets.FashionMnist data) => tensor(data.Labels.Select(l => (long)l).ToArray());
}
