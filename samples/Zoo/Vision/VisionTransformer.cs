using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>An image is worth 16x16 words (Dosovitskiy et al., 2020) with torchvision's names.</summary>
public sealed class VisionTransformer : Module<Tensor, Tensor>
{
    private readonly Parameter class_token;
    private readonly Conv2d conv_proj;
    private readonly Encoder encoder;
    private readonly Sequential heads;

    /// <summary>Creates the network with random weights; the defaults are ViT-B/16.</summary>
    /// <param name="imageSize">Height and width of the image, a multiple of the patch size.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="patchSize">Height and width of a patch.</param>
    /// <param name="layers">Number of encoder layers.</param>
    /// <param name="attentionHeads">Heads of each attention.</param>
    /// <param name="features">Features of a token.</param>
    /// <param name="hidden">Features between the two layers of each feed-forward network.</param>
    public VisionTransformer(int imageSize = 224, int classes = 1000, int patchSize = 16, int layers = 12, int attentionHeads = 12, int features = 768, int hidden = 3072)
        : base(nameof(VisionTransformer))
    {
        class_token = Parameter(zeros(1, 1, features));
        conv_proj = Conv2d(3, features, patchSize, stride: patchSize);
        int patches = imageSize / patchSize * (imageSize / patchSize);
        encoder = new Encoder(patches + 1, layers, attentionHeads, features, hidden);
        heads = Sequential(("head", Linear(features, classes)));
        RegisterComponents();
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, 3, size, size]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor patches = conv_proj.call(input).flatten(2).transpose(1, 2);
        Tensor x = cat([class_token.expand(input.shape[0], -1, -1), patches], dim: 1);
        x = encoder.call(x).select(1, 0);
        return heads.call(x).MoveToOuterDisposeScope();
    }

    private sealed class Encoder : Module<Tensor, Tensor>
    {
        private readonly Parameter pos_embedding;
        private readonly Dropout dropout = Dropout(0);
        private readonly Sequential layers;
        private readonly LayerNorm ln;

        public Encoder(int length, int layers, int heads, int features, int hidden)
            : base(nameof(Encoder))
        {
            pos_embedding = Parameter(normal(0, 0.02, [1, length, features]));
            this.layers = Sequential(Enumerable.Range(0, layers).Select(i => ($"encoder_layer_{i}", (Module<Tensor, Tensor>)new EncoderBlock(heads, features, hidden))));
            ln = LayerNorm(features, eps: 1e-6);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => ln.call(layers.call(dropout.call(input + pos_embedding)));
    }

    private sealed class EncoderBlock : Module<Tensor, Tensor>
    {
        private readonly LayerNorm ln_1;
        private readonly MultiheadAttention self_attention;
        private readonly LayerNorm ln_2;
        private readonly Sequential mlp;

        public EncoderBlock(int heads, int features, int hidden)
            : base(nameof(EncoderBlock))
        {
            ln_1 = LayerNorm(features, eps: 1e-6);
            self_attention = MultiheadAttention(features, heads);
            ln_2 = LayerNorm(features, eps: 1e-6);
            mlp = Sequential(Linear(features, hidden), GELU(), Dropout(0), Linear(hidden, features), Dropout(0));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            // TorchSharp's attention takes the sequence first.
            Tensor x = ln_1.call(input).transpose(0, 1);
            x = self_attention.call(x, x, x, need_weights: false).Item1.transpose(0, 1) + input;
            return x + mlp.call(ln_2.call(x));
        }
    }
}
