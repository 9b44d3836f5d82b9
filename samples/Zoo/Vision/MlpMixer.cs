using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>MLP-Mixer (Tolstikhin et al., 2021): no convolution but the patches, no attention.</summary>
public sealed class MlpMixer : Module<Tensor, Tensor>
{
    private readonly Conv2d stem;
    private readonly Sequential blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    /// <summary>Creates the network with random weights; the defaults are Mixer-S/16.</summary>
    /// <param name="imageSize">Height and width of the image, a multiple of the patch size.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="patchSize">Height and width of a patch.</param>
    /// <param name="depth">Number of blocks.</param>
    /// <param name="features">Features of a token.</param>
    /// <param name="tokenHidden">Hidden units of the mixing of tokens.</param>
    /// <param name="channelHidden">Hidden units of the mixing of features.</param>
    public MlpMixer(int imageSize = 224, int classes = 1000, int patchSize = 16, int depth = 8, int features = 512, int tokenHidden = 256, int channelHidden = 2048)
        : base(nameof(MlpMixer))
    {
        int tokens = imageSize / patchSize * (imageSize / patchSize);
        stem = Conv2d(3, features, patchSize, stride: patchSize);
        blocks = Sequential(Enumerable.Range(0, depth).Select(_ => new MixerBlock(tokens, features, tokenHidden, channelHidden)));
        norm = LayerNorm(features, eps: 1e-6);
        head = Linear(features, classes);
        RegisterComponents();
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, 3, size, size]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor tokens = stem.call(input).flatten(2).transpose(1, 2);
        return head.call(norm.call(blocks.call(tokens)).mean([1])).MoveToOuterDisposeScope();
    }

    private sealed class MixerBlock : Module<Tensor, Tensor>
    {
        private readonly LayerNorm norm1;
        private readonly Sequential mlp_tokens;
        private readonly LayerNorm norm2;
        private readonly Sequential mlp_channels;

        public MixerBlock(int tokens, int features, int tokenHidden, int channelHidden)
            : base(nameof(MixerBlock))
        {
            norm1 = LayerNorm(features, eps: 1e-6);
            mlp_tokens = Mlp(tokens, tokenHidden);
            norm2 = LayerNorm(features, eps: 1e-6);
            mlp_channels = Mlp(features, channelHidden);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = input + mlp_tokens.call(norm1.call(input).transpose(1, 2)).transpose(1, 2);
            return x + mlp_channels.call(norm2.call(x));
        }

        private static Sequential Mlp(int features, int hidden) => Sequential(Linear(features, hidden), GELU(), Linear(hidden, features));
    }
}
