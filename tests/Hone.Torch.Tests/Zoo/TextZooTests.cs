using Hone.Samples.Zoo.Text;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Zoo;

/// <summary>Models of sequences, at three batch sizes and three lengths.</summary>
public sealed class TextZooTests
{
    private const int Vocabulary = 60;

    private static readonly (int Batch, int Length, int Other)[] s_sizes = [(3, 7, 6), (1, 9, 4), (2, 4, 10)];

    /// <summary>Besides these, a first call without past, and one token after eight.</summary>
    private static readonly (int Batch, int Length, int Other)[] s_pastSizes = [.. s_sizes, (2, 5, 0), (2, 1, 8)];

    [Fact]
    public void BertEncoder() => ZooAssert.Matches(
        new BertEncoder(Vocabulary, layers: 2, heads: 4, features: 64, hidden: 128, maxLength: 16),
        Options(new DynamicDim("length", (0, 1), (1, 1))),
        [.. s_sizes.Select(s => new[] { Tokens(s.Batch, s.Length), Mask(s.Batch, s.Length) })]);

    [Fact]
    public void GptDecoder() => ZooAssert.Matches(
        new GptDecoder(Vocabulary, layers: 2, heads: 4, features: 64, maxLength: 32),
        Options(new DynamicDim("length", (0, 1)), new DynamicDim("past", (1, 3), (2, 3))),
        [.. s_pastSizes.Select(s => new[] { Tokens(s.Batch, s.Length), randn([s.Batch, 2, 4, s.Other, 16]), randn([s.Batch, 2, 4, s.Other, 16]) })]);

    [Fact]
    public void Seq2SeqTransformer() => ZooAssert.Matches(
        new Seq2SeqTransformer(Vocabulary, Vocabulary, features: 32, heads: 4, layers: 2, hidden: 64, maxLength: 16),
        Options(new DynamicDim("source", (0, 1), (2, 1)), new DynamicDim("target", (1, 1))),
        [.. s_sizes.Select(s => new[] { Tokens(s.Batch, s.Length), Tokens(s.Batch, s.Other), Mask(s.Batch, s.Length).eq(0) })]);

    [Fact]
    public void LstmTagger() => ZooAssert.Matches(
        new LstmTagger(Vocabulary, features: 32, hidden: 24), Options(new DynamicDim("length", (0, 1))), [.. s_sizes.Select(s => new[] { Tokens(s.Batch, s.Length) })]);

    [Fact]
    public void GruSeq2Seq() => ZooAssert.Matches(
        new GruSeq2Seq(Vocabulary, Vocabulary, features: 32, hidden: 32),
        Options(new DynamicDim("source", (0, 1)), new DynamicDim("target", (1, 1))),
        [.. s_sizes.Select(s => new[] { Tokens(s.Batch, s.Length), Tokens(s.Batch, s.Other) })]);

    [Fact]
    public void TextClassifier() => ZooAssert.Matches(
        new TextClassifier(Vocabulary, features: 32),
        new CaptureOptions { DynamicBatch = false, DynamicDims = [new DynamicDim("tokens", (0, 0)), new DynamicDim("N", (1, 0))] },
        [Tokens(1, 14).flatten(), tensor(new long[] { 0, 3, 5, 8, 11 })],
        [Tokens(1, 5).flatten(), tensor(new long[] { 0 })],
        [Tokens(1, 9).flatten(), tensor(new long[] { 0, 4, 7 })]);

    [Fact]
    public void TemporalConvNet() => ZooAssert.Matches(
        new TemporalConvNet(channels: [16, 16, 32]), Options(new DynamicDim("length", (0, 2))), [.. s_sizes.Select(s => new[] { randn(s.Batch, 8, 3 * s.Length) })]);

    private static CaptureOptions Options(params DynamicDim[] dimensions) => new() { DynamicDims = dimensions };

    private static Tensor Tokens(int batch, int length) => randint(0, Vocabulary, [batch, length], int64);

    /// <summary>The last two tokens of every second sample are padding.</summary>
    private static Tensor Mask(int batch, int length)
    {
        Tensor mask = ones(batch, length, int64);
        for (int i = 0; i < batch; i += 2)
            mask[i, (length - 2)..] = 0;
        return mask;
    }
}
