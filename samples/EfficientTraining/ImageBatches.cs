using Hone.Datasets;
using Hone.Torch;
using Hone.Torch.MemoryFormats;
using TorchSharp;
using static TorchSharp.torch;

namespace EfficientTraining;

/// <summary>Fashion-MNIST as batches of enlarged images.</summary>
internal sealed class ImageBatches : IDisposable
{
    private readonly Tensor _images;
    private readonly Tensor _labels;
    private readonly long _size;
    private readonly bool _channelsLast;

    internal ImageBatches(FashionMnist data, long size, bool channelsLast)
    {
        using Hone.Tensors.Tensor images = data.Images(0, data.Count);
        _images = images.ToTorch();
        _labels = tensor(data.Labels.Select(l => (long)l).ToArray());
        _size = size;
        _channelsLast = channelsLast;
    }

    internal int Count => (int)_labels.shape[0];

    internal (Tensor Images, Tensor Labels) Take(ReadOnlySpan<int> indices)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = tensor(indices.ToArray()).to(ScalarType.Int64);
        Tensor enlarged = nn.functional.interpolate(_images.index_select(0, rows), size: [_size, _size], mode: InterpolationMode.Bilinear, align_corners: false);
        Tensor images = _channelsLast ? enlarged.to_channels_last() : enlarged;
        return (images.MoveToOuterDisposeScope(), _labels.index_select(0, rows).MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _images.Dispose();
        _labels.Dispose();
    }
}
