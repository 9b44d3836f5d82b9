using Hone.Torch.Tests.Zoo;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Sequence;

public sealed class TransformerTests
{
    private const int Features = 24;
    private const int Hidden = 32;

    /// <summary>Batch, length of the target, length of the source.</summary>
    private static readonly (int Batch, int Target, int Source)[] s_sizes = [(3, 6, 7), (1, 4, 5), (2, 8, 5)];

    private static readonly CaptureOptions s_encoder = AttentionTests.Options(new DynamicDim("N", (0, 1), (2, 0)), new DynamicDim("source", (0, 0), (1, 0), (1, 1), (2, 1)));

    private static readonly CaptureOptions s_decoder = AttentionTests.Options(
        new DynamicDim("N", (0, 1), (1, 1), (3, 0)), new DynamicDim("target", (0, 0), (2, 0), (2, 1)), new DynamicDim("source", (1, 0), (3, 1)));

    [Theory]
    [InlineData(Activations.ReLU, 3)]
    [InlineData(Activations.GELU, 6)]
    public void EncoderLayer(Activations activation, int heads) =>
        CheckEncoder(TransformerEncoderLayer(Features, heads, Hidden, 0.1, activation), (m, x) => [m.call(x[0], x[1], x[2])]);

    [Theory]
    [InlineData(Activations.ReLU, 2)]
    [InlineData(Activations.GELU, 4)]
    public void Encoder(Activations activation, int heads) =>
        CheckEncoder(TransformerEncoder(TransformerEncoderLayer(Features, heads, Hidden, 0.1, activation), 2), (m, x) => [m.call(x[0], x[1], x[2])]);

    [Fact]
    public void Encoder_WithoutMasks() => ZooAssert.Matches(
        new Calling<TransformerEncoder>(TransformerEncoder(TransformerEncoderLayer(Features, 4, Hidden), 2), (m, x) => [m.call(x[0])]),
        AttentionTests.Options(new DynamicDim("N", (0, 1)), new DynamicDim("source", (0, 0))),
        [.. s_sizes.Select(s => new[] { randn(s.Source, s.Batch, Features) })]);

    [Theory]
    [InlineData(Activations.ReLU, 8)]
    [InlineData(Activations.GELU, 12)]
    public void DecoderLayer(Activations activation, int heads) =>
        CheckDecoder(TransformerDecoderLayer(Features, heads, Hidden, 0.1, activation), (m, x) => [m.call(x[0], x[1], x[2], memory_key_padding_mask: x[3])]);

    [Fact]
    public void Decoder() =>
        CheckDecoder(TransformerDecoder(TransformerDecoderLayer(Features, 4, Hidden), 2), (m, x) => [m.call(x[0], x[1], x[2], memory_key_padding_mask: x[3])]);

    [Theory]
    [InlineData(Activations.ReLU)]
    [InlineData(Activations.GELU)]
    public void EncoderAndDecoder(Activations activation) => CheckDecoder(
        Transformer(Features, 4, 2, 2, Hidden, 0.1, activation),
        (m, x) => [m.call(x[1], x[0], null!, tgt_mask: x[2], src_key_padding_mask: x[3], memory_key_padding_mask: x[3])]);

    private static void CheckEncoder<TModule>(TModule module, Func<TModule, Tensor[], Tensor[]> call)
        where TModule : Module => ZooAssert.Matches(
            new Calling<TModule>(module, call),
            s_encoder,
            [.. s_sizes.Select(s => new[] { randn(s.Source, s.Batch, Features), randn(s.Source, s.Source), AttentionTests.Padding(s.Batch, s.Source) })]);

    private static void CheckDecoder<TModule>(TModule module, Func<TModule, Tensor[], Tensor[]> call)
        where TModule : Module => ZooAssert.Matches(
            new Calling<TModule>(module, call),
            s_decoder,
            [.. s_sizes.Select(s => new[]
            {
                randn(s.Target, s.Batch, Features), randn(s.Source, s.Batch, Features), AttentionTests.Causal(s.Target, s.Target), AttentionTests.Padding(s.Batch, s.Source),
            })]);
}
