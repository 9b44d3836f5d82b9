using System.Runtime.CompilerServices;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Gemm;

/// <summary>Static fp32 tile kernel: 6 rows by 4, 2 or 1 vectors, accumulators in registers, one fused multiply-add per product.</summary>
/// <remarks>Sums run over k in ascending order with one rounding per step, whatever the width.</remarks>
internal static unsafe class F32Tile<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    private const int MaxRows = 6;
    private const int MaxColumns = 64;

    [SkipLocalsInit]
    internal static void Run(TileArguments* a)
    {
        float* accumulators = stackalloc float[MaxRows * MaxColumns];
        int rows = (int)a->RowsPerTile;
        int vectors = (int)((a->Columns + S.Count - 1) / S.Count);
        nint panelStride = vectors * S.Count;
        for (nint tile = 0; tile < a->Tiles; tile++)
        {
            byte** source = a->Rows + tile * a->Taps * rows;
            for (int j = 0; j < vectors;)
            {
                float* panel = (float*)a->Panel + j * S.Count;
                float* target = accumulators + j * S.Count;
                int step = vectors - j >= 4 ? 4 : vectors - j >= 2 ? 2 : 1;
                switch (rows * 8 + step)
                {
                    case 52: Tile6x4(source, a->Taps, a->Steps, panel, panelStride, target, MaxColumns); break;
                    case 50: Tile6x2(source, a->Taps, a->Steps, panel, panelStride, target, MaxColumns); break;
                    case 49: Tile6x1(source, a->Taps, a->Steps, panel, panelStride, target, MaxColumns); break;
                    case 12: Tile1x4(source, a->Taps, a->Steps, panel, panelStride, target, MaxColumns); break;
                    case 10: Tile1x2(source, a->Taps, a->Steps, panel, panelStride, target, MaxColumns); break;
                    default: Tile1x1(source, a->Taps, a->Steps, panel, panelStride, target, MaxColumns); break;
                }

                j += step;
            }

            for (int r = 0; r < rows; r++)
            {
                byte* residual = a->Residuals is null ? null : a->Residuals[tile * rows + r] + a->ResidualOffset;
                Epilogue<S, V, I>.FloatRow(a, accumulators + r * MaxColumns, a->Outputs[tile * rows + r] + a->OutputOffset, residual);
            }
        }
    }

    private static void Tile6x4(byte** rows, nint taps, nint steps, float* panel, nint panelStride, float* accumulators, nint stride)
    {
        V c00 = default, c01 = default, c02 = default, c03 = default;
        V c10 = default, c11 = default, c12 = default, c13 = default;
        V c20 = default, c21 = default, c22 = default, c23 = default;
        V c30 = default, c31 = default, c32 = default, c33 = default;
        V c40 = default, c41 = default, c42 = default, c43 = default;
        V c50 = default, c51 = default, c52 = default, c53 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 6)
        {
            float* a0 = (float*)rows[0];
            float* a1 = (float*)rows[1];
            float* a2 = (float*)rows[2];
            float* a3 = (float*)rows[3];
            float* a4 = (float*)rows[4];
            float* a5 = (float*)rows[5];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = S.Load(panel), b1 = S.Load(panel + 1 * S.Count), b2 = S.Load(panel + 2 * S.Count), b3 = S.Load(panel + 3 * S.Count);
                V a = S.Create(a0[k]);
                c00 = S.FusedMultiplyAdd(a, b0, c00);
                c01 = S.FusedMultiplyAdd(a, b1, c01);
                c02 = S.FusedMultiplyAdd(a, b2, c02);
                c03 = S.FusedMultiplyAdd(a, b3, c03);
                a = S.Create(a1[k]);
                c10 = S.FusedMultiplyAdd(a, b0, c10);
                c11 = S.FusedMultiplyAdd(a, b1, c11);
                c12 = S.FusedMultiplyAdd(a, b2, c12);
                c13 = S.FusedMultiplyAdd(a, b3, c13);
                a = S.Create(a2[k]);
                c20 = S.FusedMultiplyAdd(a, b0, c20);
                c21 = S.FusedMultiplyAdd(a, b1, c21);
                c22 = S.FusedMultiplyAdd(a, b2, c22);
                c23 = S.FusedMultiplyAdd(a, b3, c23);
                a = S.Create(a3[k]);
                c30 = S.FusedMultiplyAdd(a, b0, c30);
                c31 = S.FusedMultiplyAdd(a, b1, c31);
                c32 = S.FusedMultiplyAdd(a, b2, c32);
                c33 = S.FusedMultiplyAdd(a, b3, c33);
                a = S.Create(a4[k]);
                c40 = S.FusedMultiplyAdd(a, b0, c40);
                c41 = S.FusedMultiplyAdd(a, b1, c41);
                c42 = S.FusedMultiplyAdd(a, b2, c42);
                c43 = S.FusedMultiplyAdd(a, b3, c43);
                a = S.Create(a5[k]);
                c50 = S.FusedMultiplyAdd(a, b0, c50);
                c51 = S.FusedMultiplyAdd(a, b1, c51);
                c52 = S.FusedMultiplyAdd(a, b2, c52);
                c53 = S.FusedMultiplyAdd(a, b3, c53);
            }
        }

        S.Store(c00, accumulators);
        S.Store(c01, accumulators + S.Count);
        S.Store(c02, accumulators + 2 * S.Count);
        S.Store(c03, accumulators + 3 * S.Count);
        S.Store(c10, accumulators + stride);
        S.Store(c11, accumulators + stride + S.Count);
        S.Store(c12, accumulators + stride + 2 * S.Count);
        S.Store(c13, accumulators + stride + 3 * S.Count);
        S.Store(c20, accumulators + 2 * stride);
        S.Store(c21, accumulators + 2 * stride + S.Count);
        S.Store(c22, accumulators + 2 * stride + 2 * S.Count);
        S.Store(c23, accumulators + 2 * stride + 3 * S.Count);
        S.Store(c30, accumulators + 3 * stride);
        S.Store(c31, accumulators + 3 * stride + S.Count);
        S.Store(c32, accumulators + 3 * stride + 2 * S.Count);
        S.Store(c33, accumulators + 3 * stride + 3 * S.Count);
        S.Store(c40, accumulators + 4 * stride);
        S.Store(c41, accumulators + 4 * stride + S.Count);
        S.Store(c42, accumulators + 4 * stride + 2 * S.Count);
        S.Store(c43, accumulators + 4 * stride + 3 * S.Count);
        S.Store(c50, accumulators + 5 * stride);
        S.Store(c51, accumulators + 5 * stride + S.Count);
        S.Store(c52, accumulators + 5 * stride + 2 * S.Count);
        S.Store(c53, accumulators + 5 * stride + 3 * S.Count);
    }

    private static void Tile6x2(byte** rows, nint taps, nint steps, float* panel, nint panelStride, float* accumulators, nint stride)
    {
        V c00 = default, c01 = default;
        V c10 = default, c11 = default;
        V c20 = default, c21 = default;
        V c30 = default, c31 = default;
        V c40 = default, c41 = default;
        V c50 = default, c51 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 6)
        {
            float* a0 = (float*)rows[0];
            float* a1 = (float*)rows[1];
            float* a2 = (float*)rows[2];
            float* a3 = (float*)rows[3];
            float* a4 = (float*)rows[4];
            float* a5 = (float*)rows[5];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = S.Load(panel), b1 = S.Load(panel + 1 * S.Count);
                V a = S.Create(a0[k]);
                c00 = S.FusedMultiplyAdd(a, b0, c00);
                c01 = S.FusedMultiplyAdd(a, b1, c01);
                a = S.Create(a1[k]);
                c10 = S.FusedMultiplyAdd(a, b0, c10);
                c11 = S.FusedMultiplyAdd(a, b1, c11);
                a = S.Create(a2[k]);
                c20 = S.FusedMultiplyAdd(a, b0, c20);
                c21 = S.FusedMultiplyAdd(a, b1, c21);
                a = S.Create(a3[k]);
                c30 = S.FusedMultiplyAdd(a, b0, c30);
                c31 = S.FusedMultiplyAdd(a, b1, c31);
                a = S.Create(a4[k]);
                c40 = S.FusedMultiplyAdd(a, b0, c40);
                c41 = S.FusedMultiplyAdd(a, b1, c41);
                a = S.Create(a5[k]);
                c50 = S.FusedMultiplyAdd(a, b0, c50);
                c51 = S.FusedMultiplyAdd(a, b1, c51);
            }
        }

        S.Store(c00, accumulators);
        S.Store(c01, accumulators + S.Count);
        S.Store(c10, accumulators + stride);
        S.Store(c11, accumulators + stride + S.Count);
        S.Store(c20, accumulators + 2 * stride);
        S.Store(c21, accumulators + 2 * stride + S.Count);
        S.Store(c30, accumulators + 3 * stride);
        S.Store(c31, accumulators + 3 * stride + S.Count);
        S.Store(c40, accumulators + 4 * stride);
        S.Store(c41, accumulators + 4 * stride + S.Count);
        S.Store(c50, accumulators + 5 * stride);
        S.Store(c51, accumulators + 5 * stride + S.Count);
    }

    private static void Tile6x1(byte** rows, nint taps, nint steps, float* panel, nint panelStride, float* accumulators, nint stride)
    {
        V c00 = default;
        V c10 = default;
        V c20 = default;
        V c30 = default;
        V c40 = default;
        V c50 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 6)
        {
            float* a0 = (float*)rows[0];
            float* a1 = (float*)rows[1];
            float* a2 = (float*)rows[2];
            float* a3 = (float*)rows[3];
            float* a4 = (float*)rows[4];
            float* a5 = (float*)rows[5];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = S.Load(panel);
                V a = S.Create(a0[k]);
                c00 = S.FusedMultiplyAdd(a, b0, c00);
                a = S.Create(a1[k]);
                c10 = S.FusedMultiplyAdd(a, b0, c10);
                a = S.Create(a2[k]);
                c20 = S.FusedMultiplyAdd(a, b0, c20);
                a = S.Create(a3[k]);
                c30 = S.FusedMultiplyAdd(a, b0, c30);
                a = S.Create(a4[k]);
                c40 = S.FusedMultiplyAdd(a, b0, c40);
                a = S.Create(a5[k]);
                c50 = S.FusedMultiplyAdd(a, b0, c50);
            }
        }

        S.Store(c00, accumulators);
        S.Store(c10, accumulators + stride);
        S.Store(c20, accumulators + 2 * stride);
        S.Store(c30, accumulators + 3 * stride);
        S.Store(c40, accumulators + 4 * stride);
        S.Store(c50, accumulators + 5 * stride);
    }

    private static void Tile1x4(byte** rows, nint taps, nint steps, float* panel, nint panelStride, float* accumulators, nint stride)
    {
        V c00 = default, c01 = default, c02 = default, c03 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 1)
        {
            float* a0 = (float*)rows[0];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = S.Load(panel), b1 = S.Load(panel + 1 * S.Count), b2 = S.Load(panel + 2 * S.Count), b3 = S.Load(panel + 3 * S.Count);
                V a = S.Create(a0[k]);
                c00 = S.FusedMultiplyAdd(a, b0, c00);
                c01 = S.FusedMultiplyAdd(a, b1, c01);
                c02 = S.FusedMultiplyAdd(a, b2, c02);
                c03 = S.FusedMultiplyAdd(a, b3, c03);
            }
        }

        S.Store(c00, accumulators);
        S.Store(c01, accumulators + S.Count);
        S.Store(c02, accumulators + 2 * S.Count);
        S.Store(c03, accumulators + 3 * S.Count);
    }

    private static void Tile1x2(byte** rows, nint taps, nint steps, float* panel, nint panelStride, float* accumulators, nint stride)
    {
        V c00 = default, c01 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 1)
        {
            float* a0 = (float*)rows[0];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = S.Load(panel), b1 = S.Load(panel + 1 * S.Count);
                V a = S.Create(a0[k]);
                c00 = S.FusedMultiplyAdd(a, b0, c00);
                c01 = S.FusedMultiplyAdd(a, b1, c01);
            }
        }

        S.Store(c00, accumulators);
        S.Store(c01, accumulators + S.Count);
    }

    private static void Tile1x1(byte** rows, nint taps, nint steps, float* panel, nint panelStride, float* accumulators, nint stride)
    {
        V c00 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 1)
        {
            float* a0 = (float*)rows[0];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = S.Load(panel);
                V a = S.Create(a0[k]);
                c00 = S.FusedMultiplyAdd(a, b0, c00);
            }
        }

        S.Store(c00, accumulators);
    }
}
