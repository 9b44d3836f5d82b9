using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Gemm;

/// <summary>Static u8 times s8 tile kernel: rows widened to 16 bits, pairs multiplied and added into int32, exact on every width.</summary>
internal static unsafe class Int8Tile<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    private const int MaxRows = 6;
    private const int MaxColumns = 64;

    [SkipLocalsInit]
    internal static void Run(TileArguments* a)
    {
        int* accumulators = stackalloc int[MaxRows * MaxColumns];
        int rows = (int)a->RowsPerTile;
        int vectors = (int)((a->Columns + S.Count - 1) / S.Count);
        nint panelStride = 2 * vectors * S.Count;
        nint steps = a->Taps * a->Steps;
        using Scratch.Frame frame = Scratch.Take(rows * steps * 2 * sizeof(short));
        short* wide = (short*)frame.Pointer;
        for (nint tile = 0; tile < a->Tiles; tile++)
        {
            Widen(a->Rows + tile * a->Taps * rows, rows, a->Taps, 2 * a->Steps, wide);
            for (int j = 0; j < vectors;)
            {
                sbyte* panel = (sbyte*)a->Panel + 2 * j * S.Count;
                int* target = accumulators + j * S.Count;
                int step = vectors - j >= 4 ? 4 : vectors - j >= 2 ? 2 : 1;
                switch (rows * 8 + step)
                {
                    case 52: Tile6x4(wide, 2 * steps, steps, panel, panelStride, target, MaxColumns); break;
                    case 50: Tile6x2(wide, 2 * steps, steps, panel, panelStride, target, MaxColumns); break;
                    case 49: Tile6x1(wide, 2 * steps, steps, panel, panelStride, target, MaxColumns); break;
                    case 12: Tile1x4(wide, 2 * steps, steps, panel, panelStride, target, MaxColumns); break;
                    case 10: Tile1x2(wide, 2 * steps, steps, panel, panelStride, target, MaxColumns); break;
                    default: Tile1x1(wide, 2 * steps, steps, panel, panelStride, target, MaxColumns); break;
                }

                j += step;
            }

            for (int r = 0; r < rows; r++)
            {
                byte* residual = a->Residuals is null ? null : a->Residuals[tile * rows + r] + a->ResidualOffset;
                Epilogue<S, V, I>.IntRow(a, accumulators + r * MaxColumns, a->Outputs[tile * rows + r] + a->OutputOffset, residual);
            }
        }
    }

    private static void Widen(byte** sources, int rows, nint taps, nint count, short* target)
    {
        for (int r = 0; r < rows; r++)
        {
            short* row = target + r * taps * count;
            for (nint tap = 0; tap < taps; tap++, row += count)
            {
                byte* source = sources[tap * rows + r];
                nint i = 0;
                for (; i + 16 <= count; i += 16)
                {
                    Vector128<byte> bytes = Vector128.Load(source + i);
                    Vector128.WidenLower(bytes).AsInt16().Store(row + i);
                    Vector128.WidenUpper(bytes).AsInt16().Store(row + i + 8);
                }

                for (; i < count; i++)
                {
                    row[i] = source[i];
                }
            }
        }
    }

    private static void Tile6x4(short* rows, nint rowStride, nint steps, sbyte* panel, nint panelStride, int* accumulators, nint stride)
    {
        I c00 = default, c01 = default, c02 = default, c03 = default;
        I c10 = default, c11 = default, c12 = default, c13 = default;
        I c20 = default, c21 = default, c22 = default, c23 = default;
        I c30 = default, c31 = default, c32 = default, c33 = default;
        I c40 = default, c41 = default, c42 = default, c43 = default;
        I c50 = default, c51 = default, c52 = default, c53 = default;
        int* a0 = (int*)(rows);
        int* a1 = (int*)(rows + 1 * rowStride);
        int* a2 = (int*)(rows + 2 * rowStride);
        int* a3 = (int*)(rows + 3 * rowStride);
        int* a4 = (int*)(rows + 4 * rowStride);
        int* a5 = (int*)(rows + 5 * rowStride);
        for (nint k = 0; k < steps; k++, panel += panelStride)
        {
            I b0 = S.LoadSignedPairs(panel), b1 = S.LoadSignedPairs(panel + 2 * S.Count), b2 = S.LoadSignedPairs(panel + 4 * S.Count), b3 = S.LoadSignedPairs(panel + 6 * S.Count);
            I a = S.CreateInt(a0[k]);
            c00 = S.AddInt(c00, S.MultiplyAddPairs(a, b0));
            c01 = S.AddInt(c01, S.MultiplyAddPairs(a, b1));
            c02 = S.AddInt(c02, S.MultiplyAddPairs(a, b2));
            c03 = S.AddInt(c03, S.MultiplyAddPairs(a, b3));
            a = S.CreateInt(a1[k]);
            c10 = S.AddInt(c10, S.MultiplyAddPairs(a, b0));
            c11 = S.AddInt(c11, S.MultiplyAddPairs(a, b1));
            c12 = S.AddInt(c12, S.MultiplyAddPairs(a, b2));
            c13 = S.AddInt(c13, S.MultiplyAddPairs(a, b3));
            a = S.CreateInt(a2[k]);
            c20 = S.AddInt(c20, S.MultiplyAddPairs(a, b0));
            c21 = S.AddInt(c21, S.MultiplyAddPairs(a, b1));
            c22 = S.AddInt(c22, S.MultiplyAddPairs(a, b2));
            c23 = S.AddInt(c23, S.MultiplyAddPairs(a, b3));
            a = S.CreateInt(a3[k]);
            c30 = S.AddInt(c30, S.MultiplyAddPairs(a, b0));
            c31 = S.AddInt(c31, S.MultiplyAddPairs(a, b1));
            c32 = S.AddInt(c32, S.MultiplyAddPairs(a, b2));
            c33 = S.AddInt(c33, S.MultiplyAddPairs(a, b3));
            a = S.CreateInt(a4[k]);
            c40 = S.AddInt(c40, S.MultiplyAddPairs(a, b0));
            c41 = S.AddInt(c41, S.MultiplyAddPairs(a, b1));
            c42 = S.AddInt(c42, S.MultiplyAddPairs(a, b2));
            c43 = S.AddInt(c43, S.MultiplyAddPairs(a, b3));
            a = S.CreateInt(a5[k]);
            c50 = S.AddInt(c50, S.MultiplyAddPairs(a, b0));
            c51 = S.AddInt(c51, S.MultiplyAddPairs(a, b1));
            c52 = S.AddInt(c52, S.MultiplyAddPairs(a, b2));
            c53 = S.AddInt(c53, S.MultiplyAddPairs(a, b3));
        }

        S.StoreInt(c00, accumulators);
        S.StoreInt(c01, accumulators + S.Count);
        S.StoreInt(c02, accumulators + 2 * S.Count);
        S.StoreInt(c03, accumulators + 3 * S.Count);
        S.StoreInt(c10, accumulators + stride);
        S.StoreInt(c11, accumulators + stride + S.Count);
        S.StoreInt(c12, accumulators + stride + 2 * S.Count);
        S.StoreInt(c13, accumulators + stride + 3 * S.Count);
        S.StoreInt(c20, accumulators + 2 * stride);
        S.StoreInt(c21, accumulators + 2 * stride + S.Count);
        S.StoreInt(c22, accumulators + 2 * stride + 2 * S.Count);
        S.StoreInt(c23, accumulators + 2 * stride + 3 * S.Count);
        S.StoreInt(c30, accumulators + 3 * stride);
        S.StoreInt(c31, accumulators + 3 * stride + S.Count);
        S.StoreInt(c32, accumulators + 3 * stride + 2 * S.Count);
        S.StoreInt(c33, accumulators + 3 * stride + 3 * S.Count);
        S.StoreInt(c40, accumulators + 4 * stride);
        S.StoreInt(c41, accumulators + 4 * stride + S.Count);
        S.StoreInt(c42, accumulators + 4 * stride + 2 * S.Count);
        S.StoreInt(c43, accumulators + 4 * stride + 3 * S.Count);
        S.StoreInt(c50, accumulators + 5 * stride);
        S.StoreInt(c51, accumulators + 5 * stride + S.Count);
        S.StoreInt(c52, accumulators + 5 * stride + 2 * S.Count);
        S.StoreInt(c53, accumulators + 5 * stride + 3 * S.Count);
    }

    private static void Tile6x2(short* rows, nint rowStride, nint steps, sbyte* panel, nint panelStride, int* accumulators, nint stride)
    {
        I c00 = default, c01 = default;
        I c10 = default, c11 = default;
        I c20 = default, c21 = default;
        I c30 = default, c31 = default;
        I c40 = default, c41 = default;
        I c50 = default, c51 = default;
        int* a0 = (int*)(rows);
        int* a1 = (int*)(rows + 1 * rowStride);
        int* a2 = (int*)(rows + 2 * rowStride);
        int* a3 = (int*)(rows + 3 * rowStride);
        int* a4 = (int*)(rows + 4 * rowStride);
        int* a5 = (int*)(rows + 5 * rowStride);
        for (nint k = 0; k < steps; k++, panel += panelStride)
        {
            I b0 = S.LoadSignedPairs(panel), b1 = S.LoadSignedPairs(panel + 2 * S.Count);
            I a = S.CreateInt(a0[k]);
            c00 = S.AddInt(c00, S.MultiplyAddPairs(a, b0));
            c01 = S.AddInt(c01, S.MultiplyAddPairs(a, b1));
            a = S.CreateInt(a1[k]);
            c10 = S.AddInt(c10, S.MultiplyAddPairs(a, b0));
            c11 = S.AddInt(c11, S.MultiplyAddPairs(a, b1));
            a = S.CreateInt(a2[k]);
            c20 = S.AddInt(c20, S.MultiplyAddPairs(a, b0));
            c21 = S.AddInt(c21, S.MultiplyAddPairs(a, b1));
            a = S.CreateInt(a3[k]);
            c30 = S.AddInt(c30, S.MultiplyAddPairs(a, b0));
            c31 = S.AddInt(c31, S.MultiplyAddPairs(a, b1));
            a = S.CreateInt(a4[k]);
            c40 = S.AddInt(c40, S.MultiplyAddPairs(a, b0));
            c41 = S.AddInt(c41, S.MultiplyAddPairs(a, b1));
            a = S.CreateInt(a5[k]);
            c50 = S.AddInt(c50, S.MultiplyAddPairs(a, b0));
            c51 = S.AddInt(c51, S.MultiplyAddPairs(a, b1));
        }

        S.StoreInt(c00, accumulators);
        S.StoreInt(c01, accumulators + S.Count);
        S.StoreInt(c10, accumulators + stride);
        S.StoreInt(c11, accumulators + stride + S.Count);
        S.StoreInt(c20, accumulators + 2 * stride);
        S.StoreInt(c21, accumulators + 2 * stride + S.Count);
        S.StoreInt(c30, accumulators + 3 * stride);
        S.StoreInt(c31, accumulators + 3 * stride + S.Count);
        S.StoreInt(c40, accumulators + 4 * stride);
        S.StoreInt(c41, accumulators + 4 * stride + S.Count);
        S.StoreInt(c50, accumulators + 5 * stride);
        S.StoreInt(c51, accumulators + 5 * stride + S.Count);
    }

    private static void Tile6x1(short* rows, nint rowStride, nint steps, sbyte* panel, nint panelStride, int* accumulators, nint stride)
    {
        I c00 = default;
        I c10 = default;
        I c20 = default;
        I c30 = default;
        I c40 = default;
        I c50 = default;
        int* a0 = (int*)(rows);
        int* a1 = (int*)(rows + 1 * rowStride);
        int* a2 = (int*)(rows + 2 * rowStride);
        int* a3 = (int*)(rows + 3 * rowStride);
        int* a4 = (int*)(rows + 4 * rowStride);
        int* a5 = (int*)(rows + 5 * rowStride);
        for (nint k = 0; k < steps; k++, panel += panelStride)
        {
            I b0 = S.LoadSignedPairs(panel);
            I a = S.CreateInt(a0[k]);
            c00 = S.AddInt(c00, S.MultiplyAddPairs(a, b0));
            a = S.CreateInt(a1[k]);
            c10 = S.AddInt(c10, S.MultiplyAddPairs(a, b0));
            a = S.CreateInt(a2[k]);
            c20 = S.AddInt(c20, S.MultiplyAddPairs(a, b0));
            a = S.CreateInt(a3[k]);
            c30 = S.AddInt(c30, S.MultiplyAddPairs(a, b0));
            a = S.CreateInt(a4[k]);
            c40 = S.AddInt(c40, S.MultiplyAddPairs(a, b0));
            a = S.CreateInt(a5[k]);
            c50 = S.AddInt(c50, S.MultiplyAddPairs(a, b0));
        }

        S.StoreInt(c00, accumulators);
        S.StoreInt(c10, accumulators + stride);
        S.StoreInt(c20, accumulators + 2 * stride);
        S.StoreInt(c30, accumulators + 3 * stride);
        S.StoreInt(c40, accumulators + 4 * stride);
        S.StoreInt(c50, accumulators + 5 * stride);
    }

    private static void Tile1x4(short* rows, nint rowStride, nint steps, sbyte* panel, nint panelStride, int* accumulators, nint stride)
    {
        I c00 = default, c01 = default, c02 = default, c03 = default;
        int* a0 = (int*)(rows);
        for (nint k = 0; k < steps; k++, panel += panelStride)
        {
            I b0 = S.LoadSignedPairs(panel), b1 = S.LoadSignedPairs(panel + 2 * S.Count), b2 = S.LoadSignedPairs(panel + 4 * S.Count), b3 = S.LoadSignedPairs(panel + 6 * S.Count);
            I a = S.CreateInt(a0[k]);
            c00 = S.AddInt(c00, S.MultiplyAddPairs(a, b0));
            c01 = S.AddInt(c01, S.MultiplyAddPairs(a, b1));
            c02 = S.AddInt(c02, S.MultiplyAddPairs(a, b2));
            c03 = S.AddInt(c03, S.MultiplyAddPairs(a, b3));
        }

        S.StoreInt(c00, accumulators);
        S.StoreInt(c01, accumulators + S.Count);
        S.StoreInt(c02, accumulators + 2 * S.Count);
        S.StoreInt(c03, accumulators + 3 * S.Count);
    }

    private static void Tile1x2(short* rows, nint rowStride, nint steps, sbyte* panel, nint panelStride, int* accumulators, nint stride)
    {
        I c00 = default, c01 = default;
        int* a0 = (int*)(rows);
        for (nint k = 0; k < steps; k++, panel += panelStride)
        {
            I b0 = S.LoadSignedPairs(panel), b1 = S.LoadSignedPairs(panel + 2 * S.Count);
            I a = S.CreateInt(a0[k]);
            c00 = S.AddInt(c00, S.MultiplyAddPairs(a, b0));
            c01 = S.AddInt(c01, S.MultiplyAddPairs(a, b1));
        }

        S.StoreInt(c00, accumulators);
        S.StoreInt(c01, accumulators + S.Count);
    }

    private static void Tile1x1(short* rows, nint rowStride, nint steps, sbyte* panel, nint panelStride, int* accumulators, nint stride)
    {
        I c00 = default;
        int* a0 = (int*)(rows);
        for (nint k = 0; k < steps; k++, panel += panelStride)
        {
            I b0 = S.LoadSignedPairs(panel);
            I a = S.CreateInt(a0[k]);
            c00 = S.AddInt(c00, S.MultiplyAddPairs(a, b0));
        }

        S.StoreInt(c00, accumulators);
    }
}
