using Hone.Compression.Channels;
using Hone.Graphs;

namespace Hone.Tests.Compression;

/// <summary>Networks put together at random of everything through which channels are followed.</summary>
public class RandomNetworkTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 30)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Masked_ThenRemoved_GivesTheSameOutputs(int seed)
    {
        Random random = new(seed);
        ChannelNetwork n = new(seed);
        List<Value> values = [n.Conv(n.Input(Dimension.Symbolic("N"), 3, 6, 6), 8)];
        for (int step = 0; step < 12; step++)
            values.Add(Next(n, random, values[random.Next(Math.Max(0, values.Count - 4), values.Count)], values));
        Value[] ends = [.. values.Where(v => v.Consumers.Count == 0)];
        Value joined = ends.Length == 1 ? ends[0] : n.Node("Concat", ends, ("axis", 1));
        ChannelImportance importance = (ChannelImportance)(seed % 3);
        (Graph shrunk, ChannelPlan plan) = ShrinkCheck.MasksThenRemoves(
            n.Classify(n.Conv(joined, 6)), new ChannelPruningOptions { Ratio = 0.2 + (0.6 * random.NextDouble()), Importance = importance });
        Assert.False(plan.IsEmpty);
        Assert.True(shrunk.ConstantByteCount() > 0);
    }

    private static Value Next(ChannelNetwork n, Random random, Value x, List<Value> values)
    {
        int channels = (int)x.Shape![1].Value;
        Value[] same = [.. values.Where(v => v.Shape![1] == channels)];
        switch (random.Next(10))
        {
            case 0: return n.Conv(x, 4 * random.Next(1, 5), random.Next(2) == 0 ? 1 : 3, hasBias: random.Next(2) == 0);
            case 1: return n.Norm(x);
            case 2: return n.Node(new[] { "Relu", "Tanh", "LeakyRelu", "HardSwish" }[random.Next(4)], [x]);
            case 3: return n.Node("Add", [x, same[random.Next(same.Length)]]);
            case 4: return n.Node("Mul", [x, same[random.Next(same.Length)]]);
            case 5: return channels > 24 ? n.Conv(x, 8, 1) : n.Node("Concat", [x, values[random.Next(values.Count)]], ("axis", 1));
            case 6: return n.Conv(x, channels, group: channels);
            case 7: return channels % 4 == 0 ? n.Conv(x, channels * 2 > 32 ? 8 : channels * 2, group: 4) : n.Conv(x, 8);
            case 8: return Swapped(n, n.Nodes("Split", [n.Conv(x, 12), n.Ints(4, 8)], 2, ("axis", 1)));
            default:
                Value y = n.Conv(x, 10);
                return Swapped(n, [n.Node("Slice", [y, n.Ints(0), n.Ints(4), n.Ints(1)]), n.Node("Slice", [y, n.Ints(-6), n.Ints(99), n.Ints(1)])]);
        }
    }

    private static Value Swapped(ChannelNetwork n, IReadOnlyList<Value?> halves) => n.Node("Concat", [halves[1]!, halves[0]!], ("axis", 1));
}
