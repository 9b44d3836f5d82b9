using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Gemm;

/// <summary>Static u8 times s8 tile kernel: rows widened to 16 bits, pairs multiplied and added into int32, exact on every width.</summary>
internal static unsafe class Int8Tile<S, V, I>
    where S : struct, ISimd<V, I>
    where V : unmanaged
    where I : unmanaged
{
    [SkipLocalsInit]
    internal static void Run(TileArguments* a)
    {
        int* accumulators = stackalloc int[StaticTile<TileMath, I>.MaxRows * StaticTile<TileMath, I>.MaxColumns];
        byte** wideRows = stackalloc byte*[StaticTile<TileMath, I>.MaxRows];
        int rows = (int)a->RowsPerTile;
        int vectors = (int)((a->Columns + S.Count - 1) / S.Count);
        nint steps = a->Taps * a->Steps;
        using Scratch.Frame frame = Scratch.Take(rows * steps * 2 * sizeof(short));
        short* wide = (short*)frame.Pointer;
        for (int r = 0; r < rows; r++)
        {
            wideRows[r] = (byte*)(wide + r * 2 * steps);
        }

        for (nint tile = 0; tile < a->Tiles; tile++)
        {
            // The taps of a row lie behind one another once they are widened.
            Widen(a->Rows + tile * a->Taps * rows, rows, a->Taps, 2 * a->Steps, wide);
            StaticTile<TileMath, I>.Run(wideRows, rows, 1, steps, (byte*)a->Panel, vectors, (byte*)accumulators);
            for (int r = 0; r < rows; r++)
            {
                byte* residual = a->Residuals is null ? null : a->Residuals[tile * rows + r] + a->ResidualOffset;
                Epilogue<S, V, I>.IntRow(a, accumulators + r * StaticTile<TileMath, I>.MaxColumns, a->Outputs[tile * rows + r] + a->OutputOffset, residual);
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

    private readonly struct TileMath : ITileMath<I>
    {
        public static int PanelBytes => 2 * S.Count;

        public static I Load(byte* panel) => S.LoadSignedPairs((sbyte*)panel);

        public static I Broadcast(byte* row, nint k) => S.CreateInt(((int*)row)[k]);

        public static I MultiplyAdd(I row, I weights, I sum) => S.AddInt(sum, S.MultiplyAddPairs(row, weights));

        public static void Store(I sum, byte* accumulators) => S.StoreInt(sum, (int*)accumulators);
    }
}
