using Hone.Graphs;
using Hone.Torch.Capture;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Lowering;

/// <summary>Multi-head attention, and the Transformer's layers and stacks.</summary>
internal static class TransformerLowerings
{
    public static IEnumerable<KeyValuePair<Type, Lowering>> Modules { get; } =
    [
        new(typeof(MultiheadAttention), MultiheadAttentionLowering.Module),
        new(typeof(TransformerEncoderLayer), c => new Writer(c).Encode("", isStack: false)),
        new(typeof(TransformerEncoder), c => new Writer(c).Encode("", isStack: true)),
        new(typeof(TransformerDecoderLayer), c => new Writer(c).Decode("", isStack: false)),
        new(typeof(TransformerDecoder), c => new Writer(c).Decode("", isStack: true)),
        new(typeof(Transformer), c => new Writer(c).EncodeAndDecode()),
    ];

    private sealed class Writer(LoweringContext c)
    {
        private readonly TransformerSettings _settings = TransformerProbe.Find(c.Module!); // lowered for modules
        private readonly Dictionary<string, Tensor> _state = c.Module!.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);

        public void Encode(string prefix, bool isStack) =>
            c.Set(Encoder(c.Tensor(0), c.Traced(0).Sizes, prefix, isStack, Masks(attention: 1, keyPadding: 2)));

        public void Decode(string prefix, bool isStack) => c.Set(Decoder(
            c.Tensor(0), c.Tensor(1), c.Traced(0).Sizes, prefix, isStack, Masks(attention: 2, keyPadding: 4), Masks(attention: 3, keyPadding: 5)));

        public void EncodeAndDecode()
        {
            Value memory = Encoder(c.Tensor(0), c.Traced(0).Sizes, "encoder.", isStack: true, Masks(attention: 2, keyPadding: 5));
            c.Set(Decoder(
                c.Tensor(1), memory, c.Traced(1).Sizes, "decoder.", isStack: true, Masks(attention: 3, keyPadding: 6), Masks(attention: 4, keyPadding: 7)));
        }

        private AttentionMasks Masks(int attention, int keyPadding) =>
            new(MultiheadAttentionLowering.Mask(c, attention), MultiheadAttentionLowering.Mask(c, keyPadding));

        private IEnumerable<string> Layers(string prefix, bool isStack) =>
            isStack ? Enumerable.Range(0, TransformerProbe.Count(_state, $"{prefix}layers.")).Select(i => $"{prefix}layers.{i}.") : [prefix];

        private Value Encoder(Value x, SizeExpression[] sizes, string prefix, bool isStack, AttentionMasks masks)
        {
            foreach (string layer in Layers(prefix, isStack))
            {
                x = Residual(x, Attention(x, x, sizes, $"{layer}self_attn.", masks), $"{layer}norm1");
                x = Residual(x, FeedForward(x, layer), $"{layer}norm2");
            }

            return FinalNorm(x, prefix, isStack);
        }

        private Value Decoder(
            Value x, Value memory, SizeExpression[] sizes, string prefix, bool isStack, AttentionMasks masks, AttentionMasks memoryMasks)
        {
            foreach (string layer in Layers(prefix, isStack))
            {
                x = Residual(x, Attention(x, x, sizes, $"{layer}self_attn.", masks), $"{layer}norm1");
                x = Residual(x, Attention(x, memory, sizes, $"{layer}multihead_attn.", memoryMasks), $"{layer}norm2");
                x = Residual(x, FeedForward(x, layer), $"{layer}norm3");
            }

            return FinalNorm(x, prefix, isStack);
        }

        private Value Attention(Value x, Value source, SizeExpression[] sizes, string prefix, AttentionMasks masks) =>
            MultiheadAttentionLowering.Write(c, prefix, _settings.Heads, [x, source, source], sizes, masks).Output;

        private Value FeedForward(Value x, string layer)
        {
            Value hidden = LinearAlgebraLowerings.Linear(c, x, 3, c.State($"{layer}linear1.weight"), c.State($"{layer}linear1.bias"));
            return LinearAlgebraLowerings.Linear(c, c.Node(_settings.UsesGelu ? "Gelu" : "Relu", [hidden]), 3, c.State($"{layer}linear2.weight"), c.State($"{layer}linear2.bias"));
        }

        private Value Residual(Value x, Value branch, string norm) => Norm(c.Node("Add", [x, branch]), norm);

        private Value Norm(Value x, string name) =>
            c.Node("LayerNormalization", [x, c.State($"{name}.weight"), c.State($"{name}.bias")], ("axis", -1L), ("epsilon", 1e-5f));

        private Value FinalNorm(Value x, string prefix, bool isStack) => isStack && _state.ContainsKey($"{prefix}norm.weight") ? Norm(x, $"{prefix}norm") : x;
    }
}
