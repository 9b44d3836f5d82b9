using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>How two tensors are broadcast to one, as four dimensions in the order in which they lie; the last is a run of neighbours.</summary>
internal sealed class Broadcast
{
    private Broadcast(long[] sizes, long[] leftStrides, long[] rightStrides, bool isFlat)
    {
        Sizes = sizes;
        LeftStrides = leftStrides;
        RightStrides = rightStrides;
        IsFlat = isFlat;
    }

    internal long[] Sizes { get; }

    /// <summary>0 repeats; of the last dimension 0 or 1.</summary>
    internal long[] LeftStrides { get; }

    internal long[] RightStrides { get; }

    /// <summary>Whether each side has all elements or just one.</summary>
    internal bool IsFlat { get; }

    /// <summary>The first dimension of more than one entry; the last where there is none.</summary>
    internal int Outermost => Sizes.All(s => s == 1) ? Sizes.Length - 1 : Array.FindIndex(Sizes, s => s > 1);

    /// <summary>The form for three shapes of one rank, or null where it takes more than four dimensions.</summary>
    internal static Broadcast? Of(TensorShape left, TensorShape right, TensorShape output, Layout layout)
    {
        long[] l = LayoutShapes.Physical(left, layout), r = LayoutShapes.Physical(right, layout), sizes = LayoutShapes.Physical(output, layout);
        long[] leftStrides = Strides(l, sizes), rightStrides = Strides(r, sizes);
        List<(long Size, long Left, long Right)> merged = [];
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            if (sizes[i] == 1)
                continue;
            (long Size, long Left, long Right) next = (sizes[i], leftStrides[i], rightStrides[i]);
            if (merged.Count > 0 && Continues(merged[^1], next))
                merged[^1] = (merged[^1].Size * next.Size, merged[^1].Left, merged[^1].Right);
            else
                merged.Add(next);
        }

        bool isFlat = merged.Count == 0 || (merged.Count == 1 && merged[0] is { Left: 0 or 1, Right: 0 or 1 });
        if (merged.Count > 4)
            return null;
        while (merged.Count < 4)
            merged.Add((1, 0, 0));
        merged.Reverse();
        return new Broadcast([.. merged.Select(m => m.Size)], [.. merged.Select(m => m.Left)], [.. merged.Select(m => m.Right)], isFlat);
    }

    /// <summary>Whether an outer dimension goes on where the inner one ends, on both sides.</summary>
    private static bool Continues((long Size, long Left, long Right) inner, (long Size, long Left, long Right) outer) =>
        outer.Left == inner.Left * inner.Size && outer.Right == inner.Right * inner.Size && (inner.Left == 0) == (outer.Left == 0) && (inner.Right == 0) == (outer.Right == 0);

    private static long[] Strides(long[] shape, long[] output)
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
