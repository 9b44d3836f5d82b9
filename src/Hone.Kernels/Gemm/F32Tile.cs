using System.Runtime.CompilerServices;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Gemm;

/// <summary>Static fp32 tile kernel: one fused multiply-add per product.</summary>
/// <remarks>One rounding per step, whatever the width.</remarks>
internal static unsafe class F32Tile<S, V, I>
    where S : struct, ISimd<V, I>
    where V : unmanaged
    where I : unmanaged
{
    [SkipLocalsInit]
    internal static void Run(TileArguments* a)
    {
        float* accumulators = stackalloc float[StaticTile<TileMath, V>.MaxRows * StaticTile<TileMath, V>.MaxColumns];
        int rows = (int)a->RowsPerTile;
        int vectors = (int)((a->Columns + S.Count - 1) / S.Count);
        for (nint tile = 0; tile < a->Tiles; tile++)
        {
            StaticTile<TileMath, V>.Run(a->Rows + tile * a->Taps * rows, rows, a->Taps, a->Steps, (byte*)a->Panel, vectors, (byte*)accumulators);
            for (int r = 0; r < rows; r++)
            {
                byte* residual = a->Residuals is null ? null : a->Residuals[tile * rows + r] + a->ResidualOffset;
                Epilogue<S, V, I>.FloatRow(a, accumulators + r * StaticTile<TileMath, V>.MaxColumns, a->Outputs[tile * rows + r] + a->OutputOffset, residual);
            }
        }
    }

    private readonly struct TileMath : ITileMath<V>
    {
        public static int PanelBytes => S.Count * sizeof(float);

        public static V Load(byte* panel) => S.Load((float*)panel);

        public static V Broadcast(byte* row, nint k) => S.Create(((float*)row)[k]);

        public static V MultiplyAdd(V row, V weights, V sum) => S.FusedMultiplyAdd(row, weights, sum);

        public static void Store(V sum, byte* accumulators) => S.Store(sum, (float*)accumulators);
    }
}
