using Hone;
using Hone.Report.Measurements;
using Hone.Torch.Attribution;
using Hone.Torch.Inference;
using static TorchSharp.torch;

namespace FashionMnist;

/// <summary>What the classification of some images rests on, before and after quantization: their pixels are covered window by window.</summary>
internal static class Explanations
{
    private const int ImageCount = 6;
    private static readonly string[] s_classes = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    internal static IReadOnlyList<AttributionExample> Of(
        nn.Module<Tensor, Tensor> net, IReadOnlyList<(string Name, Model Model)> models, Tensor images, Tensor labels, CancellationToken cancellationToken)
    {
        using Tensor x = images.slice(0, 0, ImageCount, 1).contiguous();
        long[] targets = labels.slice(0, 0, ImageCount, 1).contiguous().data<long>().ToArray();
        net.eval();
        List<IReadOnlyList<HeatMap>> variants = [Maps("TorchSharp", net)];
        foreach ((string name, Model model) in models)
        {
            using CompiledModule compiled = new(model);
            variants.Add(Maps(name, compiled));
        }

        IReadOnlyList<HeatMap> pictures = ToMaps("image", x);
        return [.. targets.Select((target, i) => new AttributionExample(s_classes[target], pictures[i], [.. variants.Select(v => v[i])]))];

        IReadOnlyList<HeatMap> Maps(string name, nn.Module<Tensor, Tensor> module)
        {
            using Tensor maps = Attributions.Occlusion(module, x, targets, window: 4, stride: 2, value: x.min().item<float>(), cancellationToken);
            return ToMaps(name, maps);
        }
    }

    private static List<HeatMap> ToMaps(string name, Tensor maps)
    {
        (int height, int width) = ((int)maps.shape[2], (int)maps.shape[3]);
        return [.. maps.contiguous().data<float>().ToArray().Chunk(height * width).Select(values => new HeatMap(name, height, width, values))];
    }
}
