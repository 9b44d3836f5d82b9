using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>A ConvNet for the 2020s (Liu et al., 2022) with torchvision's names.</summary>
public sealed class ConvNeXt : Module<Tensor, Tensor>
{
    private readonly Sequential features;
    private readonly AdaptiveAvgPool2d avgpool = AdaptiveAvgPool2d(1);
    private readonly Sequential classifier;

    /// <summary>Creates the network with random weights; the defaults are ConvNeXt-T.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="width">Channels of the first stage; each further one has twice as many.</param>
    /// <param name="depths">Blocks of the four stages; null for 3, 3, 9, 3.</param>
    public ConvNeXt(int classes = 1000, int inChannels = 3, int width = 96, IReadOnlyList<int>? depths = null)
        : base(nameof(ConvNeXt))
    {
        depths ??= [3, 3, 9, 3];
        int blockCount = depths.Sum();
        int index = 0;
        List<Module<Tensor, Tensor>> stages = [Sequential(Conv2d(inChannels, width, 4, stride: 4), new LayerNorm2d(width))];
        for (int stage = 0; stage < depths.Count; stage++)
        {
            int channels = width << stage;
            if (stage > 0)
                stages.Add(Sequential(new LayerNorm2d(channels / 2), Conv2d(channels / 2, channels, 2, stride: 2)));
            List<Module<Tensor, Tensor>> blocks = [];
            for (int i = 0; i < depths[stage]; i++)
                blocks.Add(new CNBlock(channels, dropProbability: 0.1 * index++ / Math.Max(1, blockCount - 1)));
            stages.Add(Sequential(blocks));
        }

        int last = width << (depths.Count - 1);
        features = Sequential(stages);
        classifier = Sequential(new LayerNorm2d(last), Flatten(1), Linear(last, classes));
        RegisterComponents();
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return classifier.call(avgpool.call(features.call(input))).MoveToOuterDisposeScope();
    }

    /// <summary>Normalizes over the channels at each place.</summary>
    private sealed class LayerNorm2d : Module<Tensor, Tensor>
    {
        private readonly Parameter weight;
        private readonly Parameter bias;

        public LayerNorm2d(int channels)
            : base(nameof(LayerNorm2d))
        {
            weight = Parameter(ones(channels));
            bias = Parameter(zeros(channels));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            functional.layer_norm(input.permute(0, 2, 3, 1), [weight.shape[0]], weight, bias, 1e-6).permute(0, 3, 1, 2);
    }

    private sealed class CNBlock : Module<Tensor, Tensor>
    {
        private readonly Sequential block;
        private readonly Parameter layer_scale;
        private readonly StochasticDepth stochastic_depth;

        public CNBlock(int channels, double dropProbability)
            : base(nameof(CNBlock))
        {
            block = Sequential(
                Conv2d(channels, channels, 7, padding: 3, groups: channels),
                new Permute(0, 2, 3, 1),
                LayerNorm(channels, eps: 1e-6),
                Linear(channels, 4 * channels),
                GELU(),
                Linear(4 * channels, channels),
                new Permute(0, 3, 1, 2));
            layer_scale = Parameter(full(channels, 1, 1, 1e-6));
            stochastic_depth = new StochasticDepth(dropProbability);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => stochastic_depth.call(layer_scale * block.call(input)) + input;
    }

    private sealed class Permute : Module<Tensor, Tensor>
    {
        private readonly long[] _order;

        public Permute(params long[] order)
            : base(nameof(Permute))
        {
            _order = order;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input.permute(_order);
    }
}
