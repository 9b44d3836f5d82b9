using Hone.Torch.Tests.Zoo;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Sequence;

public sealed class EmbeddingBagTests
{
    private const int Rows = 11;

    [Theory]
    [InlineData(EmbeddingBagMode.Sum, -1)]
    [InlineData(EmbeddingBagMode.Mean, -1)]
    [InlineData(EmbeddingBagMode.Max, -1)]
    [InlineData(EmbeddingBagMode.Sum, 4)]
    [InlineData(EmbeddingBagMode.Mean, 0)]
    [InlineData(EmbeddingBagMode.Max, 10)]
    public void BagsOfOneLength(EmbeddingBagMode mode, int padding)
    {
        CaptureOptions options = new() { DynamicDims = [new DynamicDim("length", (0, 1))] };
        ZooAssert.Matches(
            new Calling<EmbeddingBag>(nn.EmbeddingBag(Rows, 6, mode: mode, padding_index: padding), (m, x) => [m.call(x[0])]),
            options,
            [.. new[] { (3, 5), (1, 1), (4, 8) }.Select(size => new[] { randint(0, Rows, [size.Item1, size.Item2], int64) })]);
    }

    [Theory]
    [InlineData(EmbeddingBagMode.Sum, false, -1)]
    [InlineData(EmbeddingBagMode.Mean, false, -1)]
    [InlineData(EmbeddingBagMode.Max, true, -1)]
    [InlineData(EmbeddingBagMode.Mean, true, 3)]
    public void BagsByOffsets(EmbeddingBagMode mode, bool includesLast, int padding)
    {
        // The last offset is the number of tokens, so that the two cannot move apart; then only the bags are dynamic.
        DynamicDim[] dimensions = includesLast ? [new DynamicDim("bags", (1, 0))] : [new DynamicDim("tokens", (0, 0)), new DynamicDim("bags", (1, 0))];
        CaptureOptions options = new() { DynamicBatch = false, DynamicDims = dimensions };
        // The second input has an empty bag.
        long[][] offsets = includesLast ? [[0, 2, 3, 4, 9], [0, 4, 4, 7, 8, 9], [0, 5, 9]] : [[0, 2, 3, 4, 6], [0, 4, 7, 7, 9], [0, 2]];
        long[] lengths = includesLast ? [9, 9, 9] : [9, 12, 6];
        ZooAssert.Matches(
            new Calling<EmbeddingBag>(nn.EmbeddingBag(Rows, 6, mode: mode, include_last_offset: includesLast, padding_index: padding), (m, x) => [m.call(x[0], x[1])]),
            options,
            [.. offsets.Zip(lengths, (offset, length) => new[] { arange(length, int64).remainder(Rows), tensor(offset) })]);
    }

    [Fact]
    public void WeightsOfTheSamples()
    {
        CaptureOptions options = new() { DynamicDims = [new DynamicDim("length", (0, 1), (1, 1))] };
        ZooAssert.Matches(
            new Calling<EmbeddingBag>(nn.EmbeddingBag(Rows, 6, mode: EmbeddingBagMode.Sum), (m, x) => [m.call(x[0], null, x[1])]),
            options,
            [.. new[] { (3, 5), (1, 2), (4, 8) }.Select(size => new[] { randint(0, Rows, [size.Item1, size.Item2], int64), rand(size.Item1, size.Item2) })]);
    }
}
