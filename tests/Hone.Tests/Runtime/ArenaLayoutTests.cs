using Hone.Runtime.Planning;

namespace Hone.Tests.Runtime;

public class ArenaLayoutTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Place_KeepsBuffersOfOneTimeApart(int seed)
    {
        Random random = new(seed);
        List<PlannedBuffer> buffers = [];
        for (int i = 0; i < 200; i++)
        {
            int first = random.Next(100);
            buffers.Add(new PlannedBuffer { Kind = BufferKind.Arena, ByteCount = random.Next(1, 5000), FirstStep = first, LastStep = first + random.Next(12) });
        }

        long size = ArenaLayout.Place(buffers);
        Assert.All(buffers, b => Assert.True(b.ArenaOffset % ArenaLayout.Alignment == 0 && b.ArenaOffset + b.ByteCount <= size));
        foreach (PlannedBuffer a in buffers)
        {
            foreach (PlannedBuffer b in buffers.Where(b => b != a && b.FirstStep <= a.LastStep && a.FirstStep <= b.LastStep))
                Assert.True(a.ArenaOffset + a.ByteCount <= b.ArenaOffset || b.ArenaOffset + b.ByteCount <= a.ArenaOffset);
        }

        Assert.True(size < buffers.Sum(b => b.ByteCount) / 3, "Buffers of different times share no memory.");
    }
}
