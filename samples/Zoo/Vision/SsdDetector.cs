using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>A single-shot detector (Liu et al., 2016): heads on feature maps of several sizes, and boxes decoded from default boxes.</summary>
public sealed class SsdDetector : Module<Tensor, (Tensor Boxes, Tensor Scores)>
{
    private const double CenterVariance = 0.1;
    private const double SizeVariance = 0.2;
    private static readonly double[] s_aspectRatios = [1, 2, 0.5];

    private readonly Sequential backbone;
    private readonly ModuleList<Sequential> extras = [];
    private readonly ModuleList<Conv2d> classHeads = [];
    private readonly ModuleList<Conv2d> boxHeads = [];
    private readonly Tensor priors;
    private readonly long _scoreCount;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="classes">Number of classes; the background is one more.</param>
    /// <param name="imageSize">Height and width of the image, a multiple of 64.</param>
    /// <param name="width">Channels of the first stage.</param>
    public SsdDetector(int classes = 20, int imageSize = 256, int width = 32)
        : base(nameof(SsdDetector))
    {
        _scoreCount = classes + 1;
        backbone = Sequential(Down(3, width), Down(width, 2 * width), Down(2 * width, 4 * width));
        extras.Add(Down(4 * width, 8 * width));
        extras.Add(Down(8 * width, 8 * width));
        extras.Add(Down(8 * width, 8 * width));
        long[] channels = [4 * width, 8 * width, 8 * width, 8 * width];
        foreach (long count in channels)
        {
            classHeads.Add(Conv2d(count, s_aspectRatios.Length * _scoreCount, 3, padding: 1));
            boxHeads.Add(Conv2d(count, s_aspectRatios.Length * 4, 3, padding: 1));
        }

        priors = cat([.. channels.Select((_, level) => DefaultBoxes(imageSize >> (3 + level), scale: 0.15 + (0.25 * level)))], dim: 0);
        RegisterComponents();
    }

    /// <summary>Finds boxes and scores; suppressing what overlaps is left to the caller.</summary>
    /// <param name="input"><c>[N, 3, size, size]</c>.</param>
    /// <returns>Corners x1, y1, x2, y2 relative to the image, <c>[N, boxes, 4]</c>, and probabilities, background first, <c>[N, boxes, classes + 1]</c>.</returns>
    public override (Tensor Boxes, Tensor Scores) forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        List<Tensor> maps = [backbone.call(input)];
        foreach (Sequential extra in extras)
            maps.Add(extra.call(maps[^1]));
        List<Tensor> scores = [];
        List<Tensor> offsets = [];
        for (int level = 0; level < maps.Count; level++)
        {
            scores.Add(PerBox(classHeads[level].call(maps[level]), _scoreCount));
            offsets.Add(PerBox(boxHeads[level].call(maps[level]), 4));
        }

        Tensor boxes = Decode(cat(offsets, dim: 1));
        return (boxes.MoveToOuterDisposeScope(), functional.softmax(cat(scores, dim: 1), dim: -1).MoveToOuterDisposeScope());
    }

    private static Sequential Down(long inChannels, long outChannels) => Sequential(
        new ConvNormActivation(inChannels, outChannels, stride: 2, activation: ReLU(inplace: true)),
        new ConvNormActivation(outChannels, outChannels, activation: ReLU(inplace: true)));

    /// <summary><c>[N, ratios·values, height, width]</c> to <c>[N, height·width·ratios, values]</c>.</summary>
    private static Tensor PerBox(Tensor map, long values) => map.permute(0, 2, 3, 1).reshape(map.shape[0], -1, values);

    /// <summary>Center and size of the boxes at each cell of a square map.</summary>
    private static Tensor DefaultBoxes(int cells, double scale)
    {
        using var scope = NewDisposeScope();
        Tensor centers = (arange(cells, float32) + 0.5f) / cells;
        Tensor[] grid = meshgrid([centers, centers], indexing: "ij");
        Tensor x = grid[1].reshape(-1, 1, 1).expand(-1, s_aspectRatios.Length, 1);
        Tensor y = grid[0].reshape(-1, 1, 1).expand(-1, s_aspectRatios.Length, 1);
        Tensor roots = sqrt(tensor(s_aspectRatios, float32)).reshape(1, -1, 1).expand(x.shape[0], -1, 1);
        return cat([x, y, scale * roots, scale / roots], dim: 2).reshape(-1, 4).MoveToOuterDisposeScope();
    }

    private Tensor Decode(Tensor offsets)
    {
        Tensor center = priors[.., ..2] + (offsets[.., .., ..2] * CenterVariance * priors[.., 2..]);
        Tensor size = priors[.., 2..] * exp(offsets[.., .., 2..] * SizeVariance);
        return cat([center - (size / 2), center + (size / 2)], dim: -1);
    }
}
