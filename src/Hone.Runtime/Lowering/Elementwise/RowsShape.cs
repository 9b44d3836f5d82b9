using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>How up to three tensors are broadcast to one: rows of neighbours, which for an argument are a run or one repeated element.</summary>
internal sealed class RowsShape
{
    internal const int MostArguments = 3;

    internal const int MostDimensions = 8;

    private RowsShape(long[] lengths, long[][] strides, long run, long[] steps)
    {
        Lengths = lengths;
        Strides = strides;
        Run = run;
        Steps = steps;
    }

    /// <summary>Sizes of the dimensions around a row, outermost first.</summary>
    internal long[] Lengths { get; }

    /// <summary>Elements between neighbours along each of them, for every argument; 0 repeats.</summary>
    internal long[][] Strides { get; }

    /// <summary>Elements per row.</summary>
    internal long Run { get; }

    /// <summary>Within a row, for every argument: 1, or 0 for a repeated element.</summary>
    internal long[] Steps { get; }

    internal long Rows => Lengths.Aggregate(1L, (product, length) => product * length);

    /// <summary>The form for shapes of one rank, or null where too many dimensions are left after merging.</summary>
    internal static RowsShape? Of(IReadOnlyList<TensorShape> arguments, TensorShape output, Layout layout)
    {
        long[] sizes = LayoutShapes.Physical(output, layout);
        long[][] strides = [.. arguments.Select(a => StridesOf(LayoutShapes.Physical(a, layout), sizes))];
        List<(long Size, long[] Strides)> merged = [];
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            if (sizes[i] == 1)
                continue;
            (long Size, long[] Strides) next = (sizes[i], [.. strides.Select(s => s[i])]);
            if (merged.Count > 0 && Continues(merged[^1], next))
                merged[^1] = (merged[^1].Size * next.Size, merged[^1].Strides);
            else
                merged.Add(next);
        }

        if (merged.Count == 0)
            merged.Add((1, [.. arguments.Select(_ => 1L)]));
        if (merged.Count > MostDimensions + 1)
            return null;
        merged.Reverse();
        return new RowsShape(
            [.. merged.SkipLast(1).Select(m => m.Size)],
            [.. arguments.Select((_, argument) => merged.SkipLast(1).Select(m => m.Strides[argument]).ToArray())],
            merged[^1].Size,
            merged[^1].Strides);
    }

    private static bool Continues((long Size, long[] Strides) inner, (long Size, long[] Strides) outer) =>
        inner.Strides.Zip(outer.Strides).All(s => s.Second == s.First * inner.Size);

    private static long[] StridesOf(long[] shape, long[] output)
    {
        long[] strides = new long[shape.Length];
        long stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = shape[i] == output[i] && output[i] != 1 ? stride : 0;
            stride *= shape[i];
        }

        return strides;
    }
}
