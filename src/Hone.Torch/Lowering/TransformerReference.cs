using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Lowering;

/// <summary>Attention and Transformer layers computed by ordinary operations from a module's parameters, for assumed settings.</summary>
/// <param name="state">The module's parameters by name.</param>
/// <param name="settings">What the parameters do not tell.</param>
internal sealed class TransformerReference(IReadOnlyDictionary<string, Tensor> state, TransformerSettings settings)
{
    /// <summary>Attention without masks; all tensors are <c>[length, batch, features]</c>.</summary>
    public Tensor Attention(Tensor query, Tensor key, Tensor value, string prefix)
    {
        Tensor[] projections = state.TryGetValue($"{prefix}in_proj_weight", out Tensor? packed)
            ? packed.chunk(3)
            : [state[$"{prefix}q_proj_weight"], state[$"{prefix}k_proj_weight"], state[$"{prefix}v_proj_weight"]];
        Tensor?[] biases = state.TryGetValue($"{prefix}in_proj_bias", out Tensor? bias) ? bias.chunk(3) : new Tensor?[3];
        Tensor q = Heads(functional.linear(query, projections[0], biases[0]));
        Tensor k = Heads(functional.linear(key, projections[1], biases[1]));
        Tensor v = Heads(functional.linear(value, projections[2], biases[2]));
        Tensor mixed = functional.scaled_dot_product_attention(q, k, v).permute(2, 0, 1, 3).flatten(2);
        return functional.linear(mixed, state[$"{prefix}out_proj.weight"], state.GetValueOrDefault($"{prefix}out_proj.bias"));
    }

    /// <summary>A stack of encoder layers.</summary>
    public Tensor Encoder(Tensor x, string prefix, int layers, Func<Tensor, string, Tensor>? attention = null)
    {
        for (int i = 0; i < layers; i++)
            x = EncoderLayer(x, $"{prefix}layers.{i}.", attention);
        return FinalNorm(x, prefix);
    }

    /// <summary>A stack of decoder layers.</summary>
    public Tensor Decoder(Tensor x, Tensor memory, string prefix, int layers)
    {
        for (int i = 0; i < layers; i++)
            x = DecoderLayer(x, memory, $"{prefix}layers.{i}.");
        return FinalNorm(x, prefix);
    }

    /// <summary>Self-attention and a feed-forward network.</summary>
    /// <param name="x">What the attention takes.</param>
    /// <param name="prefix">Of the layer's parameters.</param>
    /// <param name="attention">Of a tensor to itself, with the prefix of its parameters; null for the ordinary one.</param>
    public Tensor EncoderLayer(Tensor x, string prefix, Func<Tensor, string, Tensor>? attention = null)
    {
        string name = $"{prefix}self_attn.";
        x = Norm(x + (attention is null ? Attention(x, x, x, name) : attention(x, name)), $"{prefix}norm1");
        return Norm(x + FeedForward(x, prefix), $"{prefix}norm2");
    }

    /// <summary>Self-attention, attention to the memory, and a feed-forward network.</summary>
    public Tensor DecoderLayer(Tensor x, Tensor memory, string prefix)
    {
        x = Norm(x + Attention(x, x, x, $"{prefix}self_attn."), $"{prefix}norm1");
        x = Norm(x + Attention(x, memory, memory, $"{prefix}multihead_attn."), $"{prefix}norm2");
        return Norm(x + FeedForward(x, prefix), $"{prefix}norm3");
    }

    /// <summary>Attention of sequences behind each other to themselves.</summary>
    /// <param name="x">All tokens <c>[tokens, features]</c>.</param>
    /// <param name="lengths">Tokens of each sequence.</param>
    /// <param name="prefix">Of the parameters.</param>
    public Tensor RaggedAttention(Tensor x, long[] lengths, string prefix)
    {
        Tensor joined = functional.linear(x, state[$"{prefix}in_proj_weight"], state.GetValueOrDefault($"{prefix}in_proj_bias"));
        Tensor heads = joined.view(x.shape[0], 3, settings.Heads, -1).permute(1, 2, 0, 3);
        List<Tensor> contexts = [];
        long first = 0;
        foreach (long length in lengths)
        {
            if (length == 0)
                continue;
            Tensor part = heads.narrow(2, first, length);
            Tensor context = functional.scaled_dot_product_attention(part[0].unsqueeze(0), part[1].unsqueeze(0), part[2].unsqueeze(0));
            contexts.Add(context.squeeze(0).transpose(0, 1).reshape(length, -1));
            first += length;
        }

        return functional.linear(cat(contexts), state[$"{prefix}out_proj.weight"], state.GetValueOrDefault($"{prefix}out_proj.bias"));
    }

    private Tensor FeedForward(Tensor x, string prefix)
    {
        Tensor hidden = functional.linear(x, state[$"{prefix}linear1.weight"], state[$"{prefix}linear1.bias"]);
        hidden = settings.UsesGelu ? functional.gelu(hidden) : functional.relu(hidden);
        return functional.linear(hidden, state[$"{prefix}linear2.weight"], state[$"{prefix}linear2.bias"]);
    }

    private Tensor Norm(Tensor x, string name) => functional.layer_norm(x, [x.shape[^1]], state[$"{name}.weight"], state[$"{name}.bias"]);

    private Tensor FinalNorm(Tensor x, string prefix) => state.ContainsKey($"{prefix}norm.weight") ? Norm(x, $"{prefix}norm") : x;

    private Tensor Heads(Tensor x) => x.reshape(x.shape[0], x.shape[1], settings.Heads, -1).permute(1, 2, 0, 3);
}
