using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>EfficientNet-B0 (Tan and Le, 2019) with torchvision's names.</summary>
public sealed class EfficientNet : Module<Tensor, Tensor>
{
    private static readonly (int Expansion, int Kernel, int Stride, int OutChannels, int Count)[] s_stages =
        [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)];

    private readonly Sequential features;
    private readonly AdaptiveAvgPool2d avgpool = AdaptiveAvgPool2d(1);
    private readonly Sequential classifier;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="width">Factor on the number of channels.</param>
    public EfficientNet(int classes = 1000, int inChannels = 3, double width = 1)
        : base(nameof(EfficientNet))
    {
        long channels = Channels.Scale(32, width);
        List<Module<Tensor, Tensor>> stages = [new ConvNormActivation(inChannels, channels, stride: 2, activation: SiLU(inplace: true))];
        int blockCount = s_stages.Sum(stage => stage.Count);
        int index = 0;
        foreach ((int expansion, int kernel, int stride, int count, int repeats) in s_stages)
        {
            long outChannels = Channels.Scale(count, width);
            List<Module<Tensor, Tensor>> blocks = [];
            for (int i = 0; i < repeats; i++)
            {
                blocks.Add(new MBConv(channels, outChannels, kernel, i == 0 ? stride : 1, expansion, dropProbability: 0.2 * index++ / blockCount));
                channels = outChannels;
            }

            stages.Add(Sequential(blocks));
        }

        stages.Add(new ConvNormActivation(channels, 4 * channels, kernelSize: 1, activation: SiLU(inplace: true)));
        features = Sequential(stages);
        classifier = Sequential(Dropout(0.2, inplace: true), Linear(4 * channels, classes));
        RegisterComponents();
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return classifier.call(avgpool.call(features.call(input)).flatten(1)).MoveToOuterDisposeScope();
    }

    private sealed class MBConv : Module<Tensor, Tensor>
    {
        private readonly Sequential block;
        private readonly StochasticDepth stochastic_depth;
        private readonly bool _isResidual;

        public MBConv(long inChannels, long outChannels, int kernel, int stride, int expansion, double dropProbability)
            : base(nameof(MBConv))
        {
            long expanded = inChannels * expansion;
            List<Module<Tensor, Tensor>> layers = [];
            if (expansion != 1)
                layers.Add(new ConvNormActivation(inChannels, expanded, kernelSize: 1, activation: SiLU(inplace: true)));
            layers.Add(new ConvNormActivation(expanded, expanded, kernel, stride, groups: expanded, SiLU(inplace: true)));
            layers.Add(new SqueezeExcitation(expanded, Math.Max(1, inChannels / 4), SiLU(inplace: true), Sigmoid()));
            layers.Add(new ConvNormActivation(expanded, outChannels, kernelSize: 1));
            block = Sequential(layers);
            stochastic_depth = new StochasticDepth(dropProbability);
            _isResidual = stride == 1 && inChannels == outChannels;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = block.call(input);
            return _isResidual ? stochastic_depth.call(x) + input : x;
        }
    }
}
