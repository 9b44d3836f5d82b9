using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>ShuffleNetV2 (Ma et al., 2018) with torchvision's names.</summary>
public sealed class ShuffleNetV2 : Module<Tensor, Tensor>
{
    private readonly Sequential conv1;
    private readonly MaxPool2d maxpool = MaxPool2d(3, stride: 2, padding: 1);
    private readonly Sequential stage2;
    private readonly Sequential stage3;
    private readonly Sequential stage4;
    private readonly Sequential conv5;
    private readonly Linear fc;

    private ShuffleNetV2(string name, ReadOnlySpan<int> channels, int classes, int inChannels)
        : base(name)
    {
        conv1 = new ConvNormActivation(inChannels, channels[0], stride: 2, activation: ReLU(inplace: true));
        stage2 = Stage(channels[0], channels[1], count: 4);
        stage3 = Stage(channels[1], channels[2], count: 8);
        stage4 = Stage(channels[2], channels[3], count: 4);
        conv5 = new ConvNormActivation(channels[3], channels[4], kernelSize: 1, activation: ReLU(inplace: true));
        fc = Linear(channels[4], classes);
        RegisterComponents();
    }

    /// <summary>The network of width 0.5.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    public static ShuffleNetV2 X05(int classes = 1000, int inChannels = 3) => new("ShuffleNetV2X05", [24, 48, 96, 192, 1024], classes, inChannels);

    /// <summary>The network of width 1.</summary>
    /// <inheritdoc cref="X05"/>
    public static ShuffleNetV2 X10(int classes = 1000, int inChannels = 3) => new("ShuffleNetV2X10", [24, 116, 232, 464, 1024], classes, inChannels);

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = maxpool.call(conv1.call(input));
        x = conv5.call(stage4.call(stage3.call(stage2.call(x))));
        return fc.call(x.mean([2, 3])).MoveToOuterDisposeScope();
    }

    private static Sequential Stage(int inChannels, int outChannels, int count) =>
        Sequential(Enumerable.Range(0, count).Select(i => new ShuffleBlock(i == 0 ? inChannels : outChannels, outChannels, i == 0 ? 2 : 1)));

    private sealed class ShuffleBlock : Module<Tensor, Tensor>
    {
        private readonly Sequential? branch1;
        private readonly Sequential branch2;

        public ShuffleBlock(long inChannels, long outChannels, int stride)
            : base(nameof(ShuffleBlock))
        {
            long half = outChannels / 2;
            if (stride > 1)
                branch1 = Sequential([.. Depthwise(inChannels, stride), .. Pointwise(inChannels, half)]);
            branch2 = Sequential([.. Pointwise(stride > 1 ? inChannels : half, half), .. Depthwise(half, stride), .. Pointwise(half, half)]);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor joined;
            if (branch1 is null)
            {
                Tensor[] halves = input.chunk(2, dim: 1);
                joined = cat([halves[0], branch2.call(halves[1])], dim: 1);
            }
            else
            {
                joined = cat([branch1.call(input), branch2.call(input)], dim: 1);
            }

            return Shuffle(joined, groups: 2);
        }

        private static Module<Tensor, Tensor>[] Pointwise(long inChannels, long outChannels) =>
            [Conv2d(inChannels, outChannels, 1, bias: false), BatchNorm2d(outChannels), ReLU(inplace: true)];

        private static Module<Tensor, Tensor>[] Depthwise(long channels, int stride) =>
            [Conv2d(channels, channels, 3, stride: stride, padding: 1, groups: channels, bias: false), BatchNorm2d(channels)];

        private static Tensor Shuffle(Tensor x, long groups)
        {
            (long batch, long channels, long height, long width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
            return x.view(batch, groups, channels / groups, height, width).transpose(1, 2).contiguous().view(batch, channels, height, width);
        }
    }
}
