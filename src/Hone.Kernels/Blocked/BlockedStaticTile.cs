using System.Runtime.CompilerServices;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Blocked;

/// <summary>Static kernel over weights in blocks: 4 rows or 1 of fp32 activations by a group of 16 columns, codes widened to fp32.</summary>
internal static unsafe class BlockedStaticTile<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    internal const int MostRows = 4;

    /// <summary>Sums of one group of columns.</summary>
    /// <param name="layout">How the group lies.</param>
    /// <param name="panel">The group, with fp32 scales.</param>
    /// <param name="x">Activations.</param>
    /// <param name="stride">Elements between their rows.</param>
    /// <param name="rows">1 to 4.</param>
    /// <param name="output">[4][16]; rows that do not exist are undefined.</param>
    internal static void Run(in BlockedLayout layout, byte* panel, float* x, nint stride, int rows, float* output)
    {
        for (int column = 0; column < BlockedLayout.GroupColumns; column += S.Count)
        {
            if (rows == 1)
            {
                S.Store(Sum1(layout, panel + 4 * column, x), output + column);
            }
            else
            {
                Sum4(layout, panel + 4 * column, x, stride, rows, output + column);
            }
        }
    }

    private static V Sum1(in BlockedLayout layout, byte* panel, float* x)
    {
        V total = default;
        I mask = S.CreateInt((1 << layout.Bits) - 1), middle = S.CreateInt(1 << (layout.Bits - 1));
        for (int first = 0; first < layout.K; first += layout.BlockSize, panel += layout.BlockBytes)
        {
            int count = Math.Min(layout.BlockSize, layout.K - first);
            V sum = default;
            float rowSum = 0;
            for (int k = 0; k < count; k++)
            {
                float a = x[first + k];
                rowSum += a;
                sum = S.FusedMultiplyAdd(S.Create(a), Code(layout, panel, k, mask, middle), sum);
            }

            total = S.FusedMultiplyAdd(S.Load((float*)(panel + layout.CodeBytes)), sum, total);
            if (layout.HasOffsets)
            {
                total = S.FusedMultiplyAdd(S.Load((float*)(panel + layout.CodeBytes + layout.ScaleBytes)), S.Create(rowSum), total);
            }
        }

        return total;
    }

    private static void Sum4(in BlockedLayout layout, byte* panel, float* x, nint stride, int rows, float* output)
    {
        V total0 = default, total1 = default, total2 = default, total3 = default;
        I mask = S.CreateInt((1 << layout.Bits) - 1), middle = S.CreateInt(1 << (layout.Bits - 1));
        float* x1 = x + stride, x2 = rows > 2 ? x1 + stride : x1, x3 = rows > 3 ? x2 + stride : x2;
        for (int first = 0; first < layout.K; first += layout.BlockSize, panel += layout.BlockBytes)
        {
            int count = Math.Min(layout.BlockSize, layout.K - first);
            V sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            float rowSum0 = 0, rowSum1 = 0, rowSum2 = 0, rowSum3 = 0;
            for (int k = first; k < first + count; k++)
            {
                V code = Code(layout, panel, k - first, mask, middle);
                (rowSum0, rowSum1, rowSum2, rowSum3) = (rowSum0 + x[k], rowSum1 + x1[k], rowSum2 + x2[k], rowSum3 + x3[k]);
                sum0 = S.FusedMultiplyAdd(S.Create(x[k]), code, sum0);
                sum1 = S.FusedMultiplyAdd(S.Create(x1[k]), code, sum1);
                sum2 = S.FusedMultiplyAdd(S.Create(x2[k]), code, sum2);
                sum3 = S.FusedMultiplyAdd(S.Create(x3[k]), code, sum3);
            }

            V scale = S.Load((float*)(panel + layout.CodeBytes));
            total0 = S.FusedMultiplyAdd(scale, sum0, total0);
            total1 = S.FusedMultiplyAdd(scale, sum1, total1);
            total2 = S.FusedMultiplyAdd(scale, sum2, total2);
            total3 = S.FusedMultiplyAdd(scale, sum3, total3);
            if (layout.HasOffsets)
            {
                V offset = S.Load((float*)(panel + layout.CodeBytes + layout.ScaleBytes));
                total0 = S.FusedMultiplyAdd(offset, S.Create(rowSum0), total0);
                total1 = S.FusedMultiplyAdd(offset, S.Create(rowSum1), total1);
                total2 = S.FusedMultiplyAdd(offset, S.Create(rowSum2), total2);
                total3 = S.FusedMultiplyAdd(offset, S.Create(rowSum3), total3);
            }
        }

        S.Store(total0, output);
        S.Store(total1, output + BlockedLayout.GroupColumns);
        S.Store(total2, output + 2 * BlockedLayout.GroupColumns);
        S.Store(total3, output + 3 * BlockedLayout.GroupColumns);
    }

    /// <summary>The codes of row k of a block, less the middle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Code(in BlockedLayout layout, byte* panel, int k, I mask, I middle)
    {
        int inVector = k % layout.VectorDepth;
        int shift = inVector < 4 ? 8 * inVector : 8 * (inVector - 4) + 4;
        I dwords = S.LoadInt((int*)(panel + k / layout.VectorDepth * BlockedLayout.VectorBytes));
        return S.ToFloat(S.SubtractInt(S.AndInt(S.ShiftRightArithmetic(dwords, shift), mask), middle));
    }
}
