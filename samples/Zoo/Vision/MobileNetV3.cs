using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>Searching for MobileNetV3 (Howard et al., 2019) with torchvision's names.</summary>
public sealed class MobileNetV3 : Module<Tensor, Tensor>
{
    private readonly Sequential features;
    private readonly AdaptiveAvgPool2d avgpool = AdaptiveAvgPool2d(1);
    private readonly Sequential classifier;

    private MobileNetV3(string name, ReadOnlySpan<BlockSettings> blocks, int lastChannels, int classes, int inChannels, double width)
        : base(name)
    {
        long channels = Channels.Scale(16, width);
        List<Module<Tensor, Tensor>> layers =
        [
            new ConvNormActivation(inChannels, channels, stride: 2, activation: Hardswish(inplace: true), normEpsilon: 1e-3, normMomentum: 0.01),
        ];
        foreach (BlockSettings block in blocks)
        {
            layers.Add(new InvertedResidual(channels, block, width));
            channels = Channels.Scale(block.OutChannels, width);
        }

        layers.Add(new ConvNormActivation(channels, 6 * channels, kernelSize: 1, activation: Hardswish(inplace: true), normEpsilon: 1e-3, normMomentum: 0.01));
        features = Sequential(layers);
        long hidden = Channels.Scale(lastChannels, width);
        classifier = Sequential(Linear(6 * channels, hidden), Hardswish(inplace: true), Dropout(0.2), Linear(hidden, classes));
        RegisterComponents();
    }

    /// <summary>The large network.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="width">Factor on the number of channels.</param>
    public static MobileNetV3 Large(int classes = 1000, int inChannels = 3, double width = 1) => new(
        "MobileNetV3Large",
        [
            new(3, 16, 16, false, false, 1), new(3, 64, 24, false, false, 2), new(3, 72, 24, false, false, 1),
            new(5, 72, 40, true, false, 2), new(5, 120, 40, true, false, 1), new(5, 120, 40, true, false, 1),
            new(3, 240, 80, false, true, 2), new(3, 200, 80, false, true, 1), new(3, 184, 80, false, true, 1), new(3, 184, 80, false, true, 1),
            new(3, 480, 112, true, true, 1), new(3, 672, 112, true, true, 1),
            new(5, 672, 160, true, true, 2), new(5, 960, 160, true, true, 1), new(5, 960, 160, true, true, 1),
        ],
        lastChannels: 1280,
        classes,
        inChannels,
        width);

    /// <summary>The small network.</summary>
    /// <inheritdoc cref="Large"/>
    public static MobileNetV3 Small(int classes = 1000, int inChannels = 3, double width = 1) => new(
        "MobileNetV3Small",
        [
            new(3, 16, 16, true, false, 2), new(3, 72, 24, false, false, 2), new(3, 88, 24, false, false, 1),
            new(5, 96, 40, true, true, 2), new(5, 240, 40, true, true, 1), new(5, 240, 40, true, true, 1),
            new(5, 120, 48, true, true, 1), new(5, 144, 48, true, true, 1),
            new(5, 288, 96, true, true, 2), new(5, 576, 96, true, true, 1), new(5, 576, 96, true, true, 1),
        ],
        lastChannels: 1024,
        classes,
        inChannels,
        width);

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return classifier.call(avgpool.call(features.call(input)).flatten(1)).MoveToOuterDisposeScope();
    }

    private readonly record struct BlockSettings(int Kernel, int Expanded, int OutChannels, bool UsesExcitation, bool UsesHardswish, int Stride);

    private sealed class InvertedResidual : Module<Tensor, Tensor>
    {
        private readonly Sequential block;
        private readonly bool _isResidual;

        public InvertedResidual(long inChannels, BlockSettings settings, double width)
            : base(nameof(InvertedResidual))
        {
            long expanded = Channels.Scale(settings.Expanded, width);
            long outChannels = Channels.Scale(settings.OutChannels, width);
            List<Module<Tensor, Tensor>> layers = [];
            if (expanded != inChannels)
                layers.Add(new ConvNormActivation(inChannels, expanded, kernelSize: 1, activation: Activation(), normEpsilon: 1e-3, normMomentum: 0.01));
            layers.Add(new ConvNormActivation(expanded, expanded, settings.Kernel, settings.Stride, groups: expanded, Activation(), normEpsilon: 1e-3, normMomentum: 0.01));
            if (settings.UsesExcitation)
                layers.Add(new SqueezeExcitation(expanded, Channels.Scale(expanded / 4), ReLU(), Hardsigmoid()));
            layers.Add(new ConvNormActivation(expanded, outChannels, kernelSize: 1, normEpsilon: 1e-3, normMomentum: 0.01));
            block = Sequential(layers);
            _isResidual = settings.Stride == 1 && inChannels == outChannels;
            RegisterComponents();

            Module<Tensor, Tensor> Activation() => settings.UsesHardswish ? Hardswish(inplace: true) : ReLU(inplace: true);
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = block.call(input);
            return _isResidual ? x + input : x;
        }
    }
}
