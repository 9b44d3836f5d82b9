using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Text;

/// <summary>A decoder as in GPT-2 (Radford et al., 2019). Keys and values of the tokens before are inputs, those of all tokens so far outputs.</summary>
public sealed class GptDecoder : Module<Tensor, Tensor, Tensor, (Tensor Logits, Tensor Keys, Tensor Values)>
{
    private readonly Embedding wte;
    private readonly Embedding wpe;
    private readonly ModuleList<Block> h;
    private readonly LayerNorm ln_f;

    /// <summary>Creates the network with random weights; the defaults are GPT-2 small.</summary>
    /// <param name="vocabulary">Number of tokens.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="heads">Heads of each attention.</param>
    /// <param name="features">Features of a token.</param>
    /// <param name="maxLength">Longest sequence.</param>
    public GptDecoder(int vocabulary = 50_257, int layers = 12, int heads = 12, int features = 768, int maxLength = 1024)
        : base(nameof(GptDecoder))
    {
        wte = Embedding(vocabulary, features);
        wpe = Embedding(maxLength, features);
        h = new ModuleList<Block>([.. Enumerable.Range(0, layers).Select(_ => new Block(heads, features))]);
        ln_f = LayerNorm(features);
        RegisterComponents();
    }

    /// <summary>Computes the logits of each next token.</summary>
    /// <param name="tokens">int64 <c>[N, length]</c>, the new tokens.</param>
    /// <param name="pastKeys"><c>[N, layers, heads, past, features / heads]</c>; the past may be of length 0.</param>
    /// <param name="pastValues">The same for the values.</param>
    /// <returns><c>[N, length, vocabulary]</c>, and keys and values with the new tokens appended.</returns>
    public override (Tensor Logits, Tensor Keys, Tensor Values) forward(Tensor tokens, Tensor pastKeys, Tensor pastValues)
    {
        using var scope = NewDisposeScope();
        long past = pastKeys.shape[3];
        Tensor positions = arange(past, past + tokens.shape[1], int64, device: tokens.device);
        Tensor isVisible = arange(past + tokens.shape[1], int64, tokens.device) <= positions.unsqueeze(1);
        Tensor x = wte.call(tokens) + wpe.call(positions);
        List<Tensor> keys = [];
        List<Tensor> values = [];
        for (int layer = 0; layer < h.Count; layer++)
        {
            (x, Tensor key, Tensor value) = h[layer].call(x, pastKeys.select(1, layer), pastValues.select(1, layer), isVisible);
            keys.Add(key);
            values.Add(value);
        }

        // The output layer shares its weights with the embedding.
        Tensor logits = functional.linear(ln_f.call(x), wte.weight!);
        return (logits.MoveToOuterDisposeScope(), stack(keys, dim: 1).MoveToOuterDisposeScope(), stack(values, dim: 1).MoveToOuterDisposeScope());
    }

    private sealed class Block : Module<Tensor, Tensor, Tensor, Tensor, (Tensor Output, Tensor Key, Tensor Value)>
    {
        private readonly LayerNorm ln_1;
        private readonly Attention attn;
        private readonly LayerNorm ln_2;
        private readonly Mlp mlp;

        public Block(int heads, int features)
            : base(nameof(Block))
        {
            ln_1 = LayerNorm(features);
            attn = new Attention(heads, features);
            ln_2 = LayerNorm(features);
            mlp = new Mlp(features);
            RegisterComponents();
        }

        public override (Tensor Output, Tensor Key, Tensor Value) forward(Tensor input, Tensor pastKey, Tensor pastValue, Tensor isVisible)
        {
            (Tensor attended, Tensor key, Tensor value) = attn.call(ln_1.call(input), pastKey, pastValue, isVisible);
            Tensor x = input + attended;
            return (x + mlp.call(ln_2.call(x)), key, value);
        }
    }

    private sealed class Attention : Module<Tensor, Tensor, Tensor, Tensor, (Tensor Output, Tensor Key, Tensor Value)>
    {
        private readonly Linear c_attn;
        private readonly Linear c_proj;
        private readonly int _heads;

        public Attention(int heads, int features)
            : base(nameof(Attention))
        {
            _heads = heads;
            c_attn = Linear(features, 3 * features);
            c_proj = Linear(features, features);
            RegisterComponents();
        }

        public override (Tensor Output, Tensor Key, Tensor Value) forward(Tensor input, Tensor pastKey, Tensor pastValue, Tensor isVisible)
        {
            Tensor[] parts = c_attn.call(input).chunk(3, dim: -1);
            Tensor key = cat([pastKey, Split(parts[1])], dim: -2);
            Tensor value = cat([pastValue, Split(parts[2])], dim: -2);
            Tensor mixed = functional.scaled_dot_product_attention(Split(parts[0]), key, value, attn_mask: isVisible);
            return (c_proj.call(mixed.transpose(1, 2).flatten(2)), key, value);
        }

        private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, -1).transpose(1, 2);
    }

    private sealed class Mlp : Module<Tensor, Tensor>
    {
        private readonly Linear c_fc;
        private readonly Linear c_proj;

        public Mlp(int features)
            : base(nameof(Mlp))
        {
            c_fc = Linear(features, 4 * features);
            c_proj = Linear(4 * features, features);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => c_proj.call(functional.gelu(c_fc.call(input), TorchSharp.Modules.GELU.Approximate.tanh));
    }
}
