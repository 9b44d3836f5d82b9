using Hone.Torch.Capture;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Lowering;

/// <summary>
/// Finds settings that TorchSharp keeps in native memory only: the module runs on a random input, and so does its computation
/// for every number of heads that divides the features, with either activation. The settings that agree are the module's.
/// </summary>
internal static class TransformerProbe
{
    private const double Tolerance = 1e-3;

    /// <exception cref="UnsupportedLoweringException">No settings give the module's output.</exception>
    public static TransformerSettings Find(nn.Module module)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        Dictionary<string, Tensor> state = module.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        long features = state.First(p => p.Key.EndsWith("out_proj.weight", StringComparison.Ordinal)).Value.shape[0];
        Tensor Random(long length, long size) => randn([length, 1, size], state.Values.First().dtype, generator: new Generator((ulong)length));
        Tensor x = Random(3, features);
        Tensor memory = Random(2, features);
        int encoders = Count(state, "layers.");
        Func<TransformerReference, Tensor> assumed;
        Func<Tensor> real;
        switch (module)
        {
            case MultiheadAttention attention:
                Tensor key = Random(4, state.GetValueOrDefault("k_proj_weight")?.shape[1] ?? features);
                Tensor value = Random(4, state.GetValueOrDefault("v_proj_weight")?.shape[1] ?? features);
                (real, assumed) = (() => attention.call(x, key, value, need_weights: true).Item1, r => r.Attention(x, key, value, ""));
                break;
            case TransformerEncoderLayer layer:
                (real, assumed) = (() => layer.call(x), r => r.EncoderLayer(x, ""));
                break;
            case TransformerDecoderLayer layer:
                (real, assumed) = (() => layer.call(x, memory), r => r.DecoderLayer(x, memory, ""));
                break;
            case TransformerEncoder encoder:
                (real, assumed) = (() => encoder.call(x), r => r.Encoder(x, "", encoders));
                break;
            case TransformerDecoder decoder:
                (real, assumed) = (() => decoder.call(x, memory), r => r.Decoder(x, memory, "", encoders));
                break;
            case Transformer transformer:
                (real, assumed) = (
                    () => transformer.call(memory, x),
                    r => r.Decoder(x, r.Encoder(memory, "encoder.", Count(state, "encoder.layers.")), "decoder.", Count(state, "decoder.layers.")));
                break;
            default:
                throw new ArgumentException($"{module.GetType().Name} has no attention.", nameof(module));
        }

        bool hasActivation = module is not MultiheadAttention;
        return Best(features, hasActivation, ModuleState.Preserve(module, real), settings => assumed(new TransformerReference(state, settings)));
    }

    /// <summary>Number of layers whose parameters have a prefix.</summary>
    public static int Count(IReadOnlyDictionary<string, Tensor> state, string prefix) =>
        state.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..].Split('.')[0]).Distinct().Count();

    private static TransformerSettings Best(long features, bool hasActivation, Tensor expected, Func<TransformerSettings, Tensor> assumed)
    {
        double scale = expected.abs().max().ToDouble();
        double least = double.PositiveInfinity;
        TransformerSettings best = default;
        bool[] activations = hasActivation ? [false, true] : [false];
        IEnumerable<TransformerSettings> candidates =
            from heads in Enumerable.Range(1, (int)features)
            where features % heads == 0
            from gelu in activations
            select new TransformerSettings(heads, gelu);
        foreach (TransformerSettings settings in candidates)
        {
            using DisposeScope scope = NewDisposeScope();
            double error = (assumed(settings) - expected).abs().max().ToDouble();
            if (error < least)
                (least, best) = (error, settings);
        }

        return least <= Tolerance * scale
            ? best
            : throw LoweringContext.Unsupported("no number of heads gives the module's outputs; add_bias_kv and add_zero_attn are not supported");
    }
}
