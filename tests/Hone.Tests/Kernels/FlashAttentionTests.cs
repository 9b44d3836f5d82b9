using Hone.Kernels.Attention;
using Hone.Kernels.Gemm;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

/// <summary>What the operator of a graph cannot ask for; the rest is tested through it.</summary>
public sealed unsafe class FlashAttentionTests
{
    private const int Heads = 3;
    private const int Depth = 7;
    private const int Width = Heads * Depth;

    private static readonly int[] s_offsets = [0, 5, 5, 6, 306, 323];

    public static TheoryData<string> EngineNames => Engines.Names(TileType.Float32);

    /// <summary>Sequences behind each other, one of them empty, are what each is alone; nothing else is read or written.</summary>
    [Theory]
    [MemberData(nameof(EngineNames))]
    public void SequencesOfDifferentLengths_AreWhatEachIsAlone(string engine)
    {
        Random random = new(1);
        int rows = s_offsets[^1];
        float[] numbers = [.. Enumerable.Range(0, 3 * rows * Width).Select(_ => random.NextSingle() - 0.5f)];
        using GuardedBuffer input = GuardedBuffer.Of<float>(numbers), together = new(rows * Width * sizeof(float)), alone = new(rows * Width * sizeof(float));
        using FlashAttention kernel = new(Engines.ByName(engine));
        foreach (bool isCausal in new[] { false, true })
        {
            AttentionArguments arguments = Arguments(0, together) with { Batch = s_offsets.Length - 1, Queries = 300, Keys = 300, IsCausal = isCausal };
            fixed (int* offsets = s_offsets)
            {
                arguments.RowOffsets = offsets;
                kernel.Run(arguments with { Pool = Pools.Three });
                for (int i = 0; i + 1 < s_offsets.Length; i++)
                {
                    int length = s_offsets[i + 1] - s_offsets[i];
                    if (length > 0)
                        kernel.Run(Arguments(s_offsets[i], alone) with { Queries = length, Keys = length, IsCausal = isCausal, Pool = Pools.One });
                }

                Assert.Equal(alone.Span<float>().ToArray(), together.Span<float>().ToArray());
                Assert.Throws<ArgumentException>(() => kernel.Run(arguments with { Queries = 299 }));
            }
        }

        AttentionArguments Arguments(int row, GuardedBuffer output) => new()
        {
            Batch = 1, Heads = Heads, KeyHeads = Heads, Depth = Depth, ValueDepth = Depth, Scale = 0.4f,
            Query = Rows(input, row), Key = Rows(input, rows + row), Value = Rows(input, 2 * rows + row), Output = Rows(output, row),
        };
    }

    private static HeadRows Rows(GuardedBuffer buffer, int row) => new((float*)buffer.Pointer + row * Width, 0, Depth, Width);
}
