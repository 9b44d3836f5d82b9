using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>Inverted residuals and linear bottlenecks (Sandler et al., 2018) with torchvision's names.</summary>
public sealed class MobileNetV2 : Module<Tensor, Tensor>
{
    private static readonly (int Expansion, int Channels, int Count, int Stride)[] s_stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    private readonly Sequential features;
    private readonly Sequential classifier;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="width">Factor on the number of channels.</param>
    public MobileNetV2(int classes = 1000, int inChannels = 3, double width = 1)
        : base(nameof(MobileNetV2))
    {
        long channels = Channels.Scale(32, width);
        long lastChannels = Channels.Scale(1280, Math.Max(1, width));
        List<Module<Tensor, Tensor>> layers = [new ConvNormActivation(inChannels, channels, stride: 2, activation: ReLU6(inplace: true))];
        foreach ((int expansion, int count, int repeats, int stride) in s_stages)
        {
            long outChannels = Channels.Scale(count, width);
            for (int i = 0; i < repeats; i++)
            {
                layers.Add(new InvertedResidual(channels, outChannels, i == 0 ? stride : 1, expansion));
                channels = outChannels;
            }
        }

        layers.Add(new ConvNormActivation(channels, lastChannels, kernelSize: 1, activation: ReLU6(inplace: true)));
        features = Sequential(layers);
        classifier = Sequential(Dropout(0.2), Linear(lastChannels, classes));
        RegisterComponents();
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = functional.adaptive_avg_pool2d(features.call(input), 1).flatten(1);
        return classifier.call(x).MoveToOuterDisposeScope();
    }

    private sealed class InvertedResidual : Module<Tensor, Tensor>
    {
        private readonly Sequential conv;
        private readonly bool _isResidual;

        public InvertedResidual(long inChannels, long outChannels, int stride, int expansion)
            : base(nameof(InvertedResidual))
        {
            long hidden = inChannels * expansion;
            List<Module<Tensor, Tensor>> layers = [];
            if (expansion != 1)
                layers.Add(new ConvNormActivation(inChannels, hidden, kernelSize: 1, activation: ReLU6(inplace: true)));
            layers.Add(new ConvNormActivation(hidden, hidden, stride: stride, groups: hidden, activation: ReLU6(inplace: true)));
            layers.Add(Conv2d(hidden, outChannels, 1, bias: false));
            layers.Add(BatchNorm2d(outChannels));
            conv = Sequential(layers);
            _isResidual = stride == 1 && inChannels == outChannels;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _isResidual ? input + conv.call(input) : conv.call(input);
    }
}
