using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>SqueezeNet 1.1 (Iandola et al., 2016) with torchvision's names.</summary>
public sealed class SqueezeNet : Module<Tensor, Tensor>
{
    private readonly Sequential features;
    private readonly Sequential classifier;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    public SqueezeNet(int classes = 1000, int inChannels = 3)
        : base(nameof(SqueezeNet))
    {
        features = Sequential(
            Conv2d(inChannels, 64, 3, stride: 2),
            ReLU(inplace: true),
            MaxPool2d(3, stride: 2, ceil_mode: true),
            new Fire(64, 16, 64),
            new Fire(128, 16, 64),
            MaxPool2d(3, stride: 2, ceil_mode: true),
            new Fire(128, 32, 128),
            new Fire(256, 32, 128),
            MaxPool2d(3, stride: 2, ceil_mode: true),
            new Fire(256, 48, 192),
            new Fire(384, 48, 192),
            new Fire(384, 64, 256),
            new Fire(512, 64, 256));
        classifier = Sequential(Dropout(0.5), Conv2d(512, classes, 1), ReLU(inplace: true), AdaptiveAvgPool2d(1));
        RegisterComponents();
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return classifier.call(features.call(input)).flatten(1).MoveToOuterDisposeScope();
    }

    private sealed class Fire : Module<Tensor, Tensor>
    {
        private readonly Conv2d squeeze;
        private readonly Conv2d expand1x1;
        private readonly Conv2d expand3x3;

        public Fire(long inChannels, long squeezed, long expanded)
            : base(nameof(Fire))
        {
            squeeze = Conv2d(inChannels, squeezed, 1);
            expand1x1 = Conv2d(squeezed, expanded, 1);
            expand3x3 = Conv2d(squeezed, expanded, 3, padding: 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = functional.relu(squeeze.call(input));
            return cat([functional.relu(expand1x1.call(x)), functional.relu(expand3x3.call(x))], dim: 1);
        }
    }
}
