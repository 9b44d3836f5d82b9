using Hone.Torch.Tests.Zoo;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Sequence;

public sealed class AttentionTests
{
    private const int Features = 24;
    private const int Heads = 4;

    /// <summary>Batch, length of the target, length of the source.</summary>
    private static readonly (int Batch, int Target, int Source)[] s_sizes = [(3, 6, 7), (1, 4, 5), (2, 8, 5)];

    private static readonly CaptureOptions s_self = Options(new DynamicDim("N", (0, 1)), new DynamicDim("length", (0, 0)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SelfAttention(bool hasBias) => ZooAssert.Matches(
        Attention((m, x) => ToArray(m.call(x[0], x[0], x[0])), hasBias),
        s_self,
        [.. s_sizes.Select(s => new[] { randn(s.Target, s.Batch, Features) })]);

    [Fact]
    public void WithoutWeights()
    {
        Model model = ZooAssert.Matches(
            Attention((m, x) => [m.call(x[0], x[0], x[0], need_weights: false).Item1]), s_self, [.. s_sizes.Select(s => new[] { randn(s.Target, s.Batch, Features) })]);
        Assert.Single(model.Graph.Outputs);
    }

    [Fact]
    public void CrossAttention_OfOtherFeatures() => ZooAssert.Matches(
        new Calling<MultiheadAttention>(nn.MultiheadAttention(Features, Heads, kdim: 10, vdim: 10), (m, x) => ToArray(m.call(x[0], x[1], x[2]))),
        Options(new DynamicDim("N", (0, 1), (1, 1), (2, 1)), new DynamicDim("target", (0, 0)), new DynamicDim("source", (1, 0), (2, 0))),
        [.. s_sizes.Select(s => new[] { randn(s.Target, s.Batch, Features), randn(s.Source, s.Batch, 10), randn(s.Source, s.Batch, 10) })]);

    /// <summary>libtorch adds a mask of truth values as zeros and ones; so must the graph.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MaskAndKeyPadding(bool isTruthValue) => ZooAssert.Matches(
        Attention((m, x) => ToArray(m.call(x[0], x[1], x[1], key_padding_mask: x[2], attn_mask: x[3]))),
        Options(
            new DynamicDim("N", (0, 1), (1, 1), (2, 0)), new DynamicDim("target", (0, 0), (3, 0)), new DynamicDim("source", (1, 0), (2, 1), (3, 1))),
        [.. s_sizes.Select(s => new[]
        {
            randn(s.Target, s.Batch, Features), randn(s.Source, s.Batch, Features), Padding(s.Batch, s.Source), isTruthValue ? randn(s.Target, s.Source) > 0 : Causal(s.Target, s.Source),
        })]);

    [Fact]
    public void ZeroAttention_IsRefused()
    {
        Calling<MultiheadAttention> module = new(nn.MultiheadAttention(Features, Heads, add_zero_attn: true), (m, x) => ToArray(m.call(x[0], x[0], x[0])));
        UnsupportedOperatorException error = Assert.Throws<UnsupportedOperatorException>(() => module.Capture([new[] { randn(3, 2, Features) }]));
        Assert.Contains("add_zero_attn", error.Message, StringComparison.Ordinal);
    }

    internal static CaptureOptions Options(params DynamicDim[] dimensions) => new() { DynamicBatch = false, DynamicDims = dimensions };

    /// <summary>The last token of every second sample is padding.</summary>
    internal static Tensor Padding(int batch, int length)
    {
        Tensor isPadding = zeros(batch, length, ScalarType.Bool);
        for (int i = 0; i < batch; i += 2)
            isPadding[i, length - 1] = true;
        return isPadding;
    }

    internal static Tensor Causal(int target, int source) => full(target, source, float.NegativeInfinity).triu(1);

    private static Calling<MultiheadAttention> Attention(Func<MultiheadAttention, Tensor[], Tensor[]> call, bool hasBias = true) =>
        new(nn.MultiheadAttention(Features, Heads, bias: hasBias), call);

    private static Tensor[] ToArray(Tuple<Tensor, Tensor> outputs) => [outputs.Item1, outputs.Item2];
}
