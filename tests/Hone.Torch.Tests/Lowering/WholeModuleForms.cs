using Hone.Torch.Tests.Sequence;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

/// <summary>Captures of the modules of sequences, which have tests of their own, for the page of supported operations.</summary>
internal static class WholeModuleForms
{
    private const long Features = 8;

    public static IReadOnlyDictionary<string, Func<Model>> Captures { get; } = new Dictionary<string, Func<Model>>
    {
        [nameof(EmbeddingBag)] = () => Capture(nn.EmbeddingBag(7, Features), (m, x) => [m.call(x[0])], randint(0, 7, [2, 4], int64)),
        [nameof(MultiheadAttention)] = () => Capture(nn.MultiheadAttention(Features, 2), (m, x) => [m.call(x[0], x[0], x[0]).Item1], Sequence()),
        [nameof(Transformer)] = () => Capture(nn.Transformer(Features, 2, 1, 1, 16), (m, x) => [m.call(x[0], x[1], null!)], Sequence(), Sequence()), // no mask
        [nameof(TransformerEncoder)] = () => Capture(nn.TransformerEncoder(Encoder(), 1), (m, x) => [m.call(x[0])], Sequence()),
        [nameof(TransformerEncoderLayer)] = () => Capture(Encoder(), (m, x) => [m.call(x[0])], Sequence()),
        [nameof(TransformerDecoder)] = () => Capture(nn.TransformerDecoder(Decoder(), 1), (m, x) => [m.call(x[0], x[1], null!)], Sequence(), Sequence()), // no mask
        [nameof(TransformerDecoderLayer)] = () => Capture(Decoder(), (m, x) => [m.call(x[0], x[1], null!)], Sequence(), Sequence()), // no mask
    };

    private static TransformerEncoderLayer Encoder() => nn.TransformerEncoderLayer(Features, 2, 16);

    private static TransformerDecoderLayer Decoder() => nn.TransformerDecoderLayer(Features, 2, 16);

    private static Tensor Sequence() => randn(3, 2, Features);

    private static Model Capture<TModule>(TModule module, Func<TModule, Tensor[], Tensor[]> call, params Tensor[] inputs)
        where TModule : nn.Module
    {
        using Calling<TModule> calling = new(module, call);
        return calling.Capture([inputs], new CaptureOptions { DynamicBatch = false });
    }
}
