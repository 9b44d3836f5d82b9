namespace Hone.Kernels.Gemm;

/// <summary>The inner loops of the static tile kernels: 6 rows or 1 by 4, 2 or 1 vectors, with all accumulators in registers.</summary>
/// <remarks>Every size is written out, because an array of accumulators would live in memory. Sums run over k in ascending order.</remarks>
internal static unsafe class StaticTile<M, V>
    where M : struct, ITileMath<V>
    where V : unmanaged
{
    internal const int MaxRows = 6;
    internal const int MaxColumns = 64;

    /// <summary>Bytes from one row of accumulators to the next: an element of either type has 4.</summary>
    private const int RowBytes = MaxColumns * 4;

    /// <summary>Sums of the products of a tile's rows with all columns of a panel.</summary>
    /// <param name="sources">Where each row begins, for the rows of one tap after those of the other.</param>
    /// <param name="rows">6 or 1.</param>
    /// <param name="taps">Stretches that a row consists of.</param>
    /// <param name="steps">Steps in a stretch.</param>
    /// <param name="panel">Weights: for each step all vectors.</param>
    /// <param name="vectors">Vectors of the panel.</param>
    /// <param name="accumulators">Room for <see cref="MaxRows"/> rows of <see cref="MaxColumns"/> sums.</param>
    internal static void Run(byte** sources, int rows, nint taps, nint steps, byte* panel, int vectors, byte* accumulators)
    {
        nint panelStride = vectors * M.PanelBytes;
        int step;
        for (int j = 0; j < vectors; j += step, panel += step * M.PanelBytes, accumulators += step * sizeof(V))
        {
            step = vectors - j >= 4 ? 4 : vectors - j >= 2 ? 2 : 1;
            switch ((rows, step))
            {
                case (6, 4): Tile6x4(sources, taps, steps, panel, panelStride, accumulators); break;
                case (6, 2): Tile6x2(sources, taps, steps, panel, panelStride, accumulators); break;
                case (6, 1): Tile6x1(sources, taps, steps, panel, panelStride, accumulators); break;
                case (1, 4): Tile1x4(sources, taps, steps, panel, panelStride, accumulators); break;
                case (1, 2): Tile1x2(sources, taps, steps, panel, panelStride, accumulators); break;
                default: Tile1x1(sources, taps, steps, panel, panelStride, accumulators); break;
            }
        }
    }

    private static void Tile6x4(byte** rows, nint taps, nint steps, byte* panel, nint panelStride, byte* accumulators)
    {
        V c00 = default, c01 = default, c02 = default, c03 = default;
        V c10 = default, c11 = default, c12 = default, c13 = default;
        V c20 = default, c21 = default, c22 = default, c23 = default;
        V c30 = default, c31 = default, c32 = default, c33 = default;
        V c40 = default, c41 = default, c42 = default, c43 = default;
        V c50 = default, c51 = default, c52 = default, c53 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 6)
        {
            byte* a0 = rows[0];
            byte* a1 = rows[1];
            byte* a2 = rows[2];
            byte* a3 = rows[3];
            byte* a4 = rows[4];
            byte* a5 = rows[5];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = M.Load(panel), b1 = M.Load(panel + M.PanelBytes), b2 = M.Load(panel + 2 * M.PanelBytes), b3 = M.Load(panel + 3 * M.PanelBytes);
                V a = M.Broadcast(a0, k);
                c00 = M.MultiplyAdd(a, b0, c00);
                c01 = M.MultiplyAdd(a, b1, c01);
                c02 = M.MultiplyAdd(a, b2, c02);
                c03 = M.MultiplyAdd(a, b3, c03);
                a = M.Broadcast(a1, k);
                c10 = M.MultiplyAdd(a, b0, c10);
                c11 = M.MultiplyAdd(a, b1, c11);
                c12 = M.MultiplyAdd(a, b2, c12);
                c13 = M.MultiplyAdd(a, b3, c13);
                a = M.Broadcast(a2, k);
                c20 = M.MultiplyAdd(a, b0, c20);
                c21 = M.MultiplyAdd(a, b1, c21);
                c22 = M.MultiplyAdd(a, b2, c22);
                c23 = M.MultiplyAdd(a, b3, c23);
                a = M.Broadcast(a3, k);
                c30 = M.MultiplyAdd(a, b0, c30);
                c31 = M.MultiplyAdd(a, b1, c31);
                c32 = M.MultiplyAdd(a, b2, c32);
                c33 = M.MultiplyAdd(a, b3, c33);
                a = M.Broadcast(a4, k);
                c40 = M.MultiplyAdd(a, b0, c40);
                c41 = M.MultiplyAdd(a, b1, c41);
                c42 = M.MultiplyAdd(a, b2, c42);
                c43 = M.MultiplyAdd(a, b3, c43);
                a = M.Broadcast(a5, k);
                c50 = M.MultiplyAdd(a, b0, c50);
                c51 = M.MultiplyAdd(a, b1, c51);
                c52 = M.MultiplyAdd(a, b2, c52);
                c53 = M.MultiplyAdd(a, b3, c53);
            }
        }

        M.Store(c00, accumulators);
        M.Store(c01, accumulators + sizeof(V));
        M.Store(c02, accumulators + 2 * sizeof(V));
        M.Store(c03, accumulators + 3 * sizeof(V));
        M.Store(c10, accumulators + RowBytes);
        M.Store(c11, accumulators + RowBytes + sizeof(V));
        M.Store(c12, accumulators + RowBytes + 2 * sizeof(V));
        M.Store(c13, accumulators + RowBytes + 3 * sizeof(V));
        M.Store(c20, accumulators + 2 * RowBytes);
        M.Store(c21, accumulators + 2 * RowBytes + sizeof(V));
        M.Store(c22, accumulators + 2 * RowBytes + 2 * sizeof(V));
        M.Store(c23, accumulators + 2 * RowBytes + 3 * sizeof(V));
        M.Store(c30, accumulators + 3 * RowBytes);
        M.Store(c31, accumulators + 3 * RowBytes + sizeof(V));
        M.Store(c32, accumulators + 3 * RowBytes + 2 * sizeof(V));
        M.Store(c33, accumulators + 3 * RowBytes + 3 * sizeof(V));
        M.Store(c40, accumulators + 4 * RowBytes);
        M.Store(c41, accumulators + 4 * RowBytes + sizeof(V));
        M.Store(c42, accumulators + 4 * RowBytes + 2 * sizeof(V));
        M.Store(c43, accumulators + 4 * RowBytes + 3 * sizeof(V));
        M.Store(c50, accumulators + 5 * RowBytes);
        M.Store(c51, accumulators + 5 * RowBytes + sizeof(V));
        M.Store(c52, accumulators + 5 * RowBytes + 2 * sizeof(V));
        M.Store(c53, accumulators + 5 * RowBytes + 3 * sizeof(V));
    }

    private static void Tile6x2(byte** rows, nint taps, nint steps, byte* panel, nint panelStride, byte* accumulators)
    {
        V c00 = default, c01 = default;
        V c10 = default, c11 = default;
        V c20 = default, c21 = default;
        V c30 = default, c31 = default;
        V c40 = default, c41 = default;
        V c50 = default, c51 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 6)
        {
            byte* a0 = rows[0];
            byte* a1 = rows[1];
            byte* a2 = rows[2];
            byte* a3 = rows[3];
            byte* a4 = rows[4];
            byte* a5 = rows[5];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = M.Load(panel), b1 = M.Load(panel + M.PanelBytes);
                V a = M.Broadcast(a0, k);
                c00 = M.MultiplyAdd(a, b0, c00);
                c01 = M.MultiplyAdd(a, b1, c01);
                a = M.Broadcast(a1, k);
                c10 = M.MultiplyAdd(a, b0, c10);
                c11 = M.MultiplyAdd(a, b1, c11);
                a = M.Broadcast(a2, k);
                c20 = M.MultiplyAdd(a, b0, c20);
                c21 = M.MultiplyAdd(a, b1, c21);
                a = M.Broadcast(a3, k);
                c30 = M.MultiplyAdd(a, b0, c30);
                c31 = M.MultiplyAdd(a, b1, c31);
                a = M.Broadcast(a4, k);
                c40 = M.MultiplyAdd(a, b0, c40);
                c41 = M.MultiplyAdd(a, b1, c41);
                a = M.Broadcast(a5, k);
                c50 = M.MultiplyAdd(a, b0, c50);
                c51 = M.MultiplyAdd(a, b1, c51);
            }
        }

        M.Store(c00, accumulators);
        M.Store(c01, accumulators + sizeof(V));
        M.Store(c10, accumulators + RowBytes);
        M.Store(c11, accumulators + RowBytes + sizeof(V));
        M.Store(c20, accumulators + 2 * RowBytes);
        M.Store(c21, accumulators + 2 * RowBytes + sizeof(V));
        M.Store(c30, accumulators + 3 * RowBytes);
        M.Store(c31, accumulators + 3 * RowBytes + sizeof(V));
        M.Store(c40, accumulators + 4 * RowBytes);
        M.Store(c41, accumulators + 4 * RowBytes + sizeof(V));
        M.Store(c50, accumulators + 5 * RowBytes);
        M.Store(c51, accumulators + 5 * RowBytes + sizeof(V));
    }

    private static void Tile6x1(byte** rows, nint taps, nint steps, byte* panel, nint panelStride, byte* accumulators)
    {
        V c00 = default;
        V c10 = default;
        V c20 = default;
        V c30 = default;
        V c40 = default;
        V c50 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 6)
        {
            byte* a0 = rows[0];
            byte* a1 = rows[1];
            byte* a2 = rows[2];
            byte* a3 = rows[3];
            byte* a4 = rows[4];
            byte* a5 = rows[5];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = M.Load(panel);
                V a = M.Broadcast(a0, k);
                c00 = M.MultiplyAdd(a, b0, c00);
                a = M.Broadcast(a1, k);
                c10 = M.MultiplyAdd(a, b0, c10);
                a = M.Broadcast(a2, k);
                c20 = M.MultiplyAdd(a, b0, c20);
                a = M.Broadcast(a3, k);
                c30 = M.MultiplyAdd(a, b0, c30);
                a = M.Broadcast(a4, k);
                c40 = M.MultiplyAdd(a, b0, c40);
                a = M.Broadcast(a5, k);
                c50 = M.MultiplyAdd(a, b0, c50);
            }
        }

        M.Store(c00, accumulators);
        M.Store(c10, accumulators + RowBytes);
        M.Store(c20, accumulators + 2 * RowBytes);
        M.Store(c30, accumulators + 3 * RowBytes);
        M.Store(c40, accumulators + 4 * RowBytes);
        M.Store(c50, accumulators + 5 * RowBytes);
    }

    private static void Tile1x4(byte** rows, nint taps, nint steps, byte* panel, nint panelStride, byte* accumulators)
    {
        V c00 = default, c01 = default, c02 = default, c03 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 1)
        {
            byte* a0 = rows[0];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = M.Load(panel), b1 = M.Load(panel + M.PanelBytes), b2 = M.Load(panel + 2 * M.PanelBytes), b3 = M.Load(panel + 3 * M.PanelBytes);
                V a = M.Broadcast(a0, k);
                c00 = M.MultiplyAdd(a, b0, c00);
                c01 = M.MultiplyAdd(a, b1, c01);
                c02 = M.MultiplyAdd(a, b2, c02);
                c03 = M.MultiplyAdd(a, b3, c03);
            }
        }

        M.Store(c00, accumulators);
        M.Store(c01, accumulators + sizeof(V));
        M.Store(c02, accumulators + 2 * sizeof(V));
        M.Store(c03, accumulators + 3 * sizeof(V));
    }

    private static void Tile1x2(byte** rows, nint taps, nint steps, byte* panel, nint panelStride, byte* accumulators)
    {
        V c00 = default, c01 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 1)
        {
            byte* a0 = rows[0];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = M.Load(panel), b1 = M.Load(panel + M.PanelBytes);
                V a = M.Broadcast(a0, k);
                c00 = M.MultiplyAdd(a, b0, c00);
                c01 = M.MultiplyAdd(a, b1, c01);
            }
        }

        M.Store(c00, accumulators);
        M.Store(c01, accumulators + sizeof(V));
    }

    private static void Tile1x1(byte** rows, nint taps, nint steps, byte* panel, nint panelStride, byte* accumulators)
    {
        V c00 = default;
        for (nint tap = 0; tap < taps; tap++, rows += 1)
        {
            byte* a0 = rows[0];
            for (nint k = 0; k < steps; k++, panel += panelStride)
            {
                V b0 = M.Load(panel);
                V a = M.Broadcast(a0, k);
                c00 = M.MultiplyAdd(a, b0, c00);
            }
        }

        M.Store(c00, accumulators);
    }
}
