using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>DenseNet-121 (Huang et al., 2016) with torchvision's names.</summary>
public sealed class DenseNet : Module<Tensor, Tensor>
{
    private static readonly int[] s_blocks = [6, 12, 24, 16];

    private readonly Sequential features;
    private readonly Linear classifier;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="growth">Channels that each layer adds.</param>
    public DenseNet(int classes = 1000, int inChannels = 3, int growth = 32)
        : base(nameof(DenseNet))
    {
        long channels = 2 * growth;
        List<(string, Module<Tensor, Tensor>)> layers =
        [
            ("conv0", Conv2d(inChannels, channels, 7, stride: 2, padding: 3, bias: false)),
            ("norm0", BatchNorm2d(channels)),
            ("relu0", ReLU(inplace: true)),
            ("pool0", MaxPool2d(3, stride: 2, padding: 1)),
        ];
        for (int i = 0; i < s_blocks.Length; i++)
        {
            layers.Add(($"denseblock{i + 1}", DenseBlock(channels, s_blocks[i], growth)));
            channels += s_blocks[i] * growth;
            if (i == s_blocks.Length - 1)
                break;
            layers.Add(($"transition{i + 1}", Transition(channels)));
            channels /= 2;
        }

        layers.Add(("norm5", BatchNorm2d(channels)));
        features = Sequential(layers);
        classifier = Linear(channels, classes);
        RegisterComponents();
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = functional.relu(features.call(input), inplace: true);
        return classifier.call(functional.adaptive_avg_pool2d(x, 1).flatten(1)).MoveToOuterDisposeScope();
    }

    private static Sequential DenseBlock(long channels, int count, int growth) =>
        Sequential(Enumerable.Range(0, count).Select(i => ($"denselayer{i + 1}", (Module<Tensor, Tensor>)new DenseLayer(channels + (i * growth), growth))));

    private static Sequential Transition(long channels) => Sequential(
        ("norm", BatchNorm2d(channels)),
        ("relu", ReLU(inplace: true)),
        ("conv", Conv2d(channels, channels / 2, 1, bias: false)),
        ("pool", AvgPool2d(2, stride: 2)));

    /// <summary>Appends its new features to the ones that it is given.</summary>
    private sealed class DenseLayer : Module<Tensor, Tensor>
    {
        private readonly BatchNorm2d norm1;
        private readonly Conv2d conv1;
        private readonly BatchNorm2d norm2;
        private readonly Conv2d conv2;

        public DenseLayer(long inChannels, int growth)
            : base(nameof(DenseLayer))
        {
            norm1 = BatchNorm2d(inChannels);
            conv1 = Conv2d(inChannels, 4 * growth, 1, bias: false);
            norm2 = BatchNorm2d(4 * growth);
            conv2 = Conv2d(4 * growth, growth, 3, padding: 1, bias: false);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = conv1.call(functional.relu(norm1.call(input)));
            x = conv2.call(functional.relu(norm2.call(x)));
            return cat([input, x], dim: 1);
        }
    }
}
