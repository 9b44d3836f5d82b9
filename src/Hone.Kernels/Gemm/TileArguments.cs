using System.Runtime.InteropServices;

namespace Hone.Kernels.Gemm;

/// <summary>
/// The one argument of a tile kernel: a run of tiles, each <see cref="RowsPerTile"/> rows of A by one strip of the packed B. For every tile
/// t, row r and
/// column c: <c>acc = sum over tap, step of Rows[t][tap][r][step] * Panel[tap][step][c]</c>, then the epilogue writes <c>Outputs[t][r]</c>.
/// </summary>
/// <remarks>Emitted code reads the fields by offset. All pointers are native memory. Rows that do not exist are given a valid source and a
/// dump target.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TileArguments
{
    /// <summary>[tiles][taps][rows] addresses of the first element of a row.</summary>
    internal byte** Rows;

    /// <summary>[tiles][rows] addresses of column 0 of an output row.</summary>
    internal byte** Outputs;

    /// <summary>[tiles][rows] addresses of column 0 of a residual row; read only where the epilogue adds one.</summary>
    internal byte** Residuals;

    internal nint Tiles;
    internal nint Taps;

    /// <summary>Steps per tap; one step is 1 fp32, 4 (VNNI) or 2 bytes, 2 bfloat16 of a row.</summary>
    internal nint Steps;

    internal nint RowsPerTile;

    /// <summary>The strip: [taps][steps][columns, padded to whole vectors][elements per step].</summary>
    internal byte* Panel;

    /// <summary>Columns of the strip that exist, 1 up to the kernel's width.</summary>
    internal nint Columns;

    /// <summary>Bytes from column 0 of an output row to the strip's first column.</summary>
    internal nint OutputOffset;

    /// <summary>Bytes from column 0 of a residual row to the strip's first column.</summary>
    internal nint ResidualOffset;

    /// <summary>Bias of the strip's columns, padded: fp32, or int32 for 8-bit operands.</summary>
    internal byte* Bias;

    /// <summary>Per column, padded: requantization or dequantization factors of 8-bit operands.</summary>
    internal float* Multipliers;

    /// <summary>Per column, padded: added after dequantization.</summary>
    internal float* FloatBias;

    internal EpilogueData* Epilogue;

    /// <summary>Bytes from row to row for code with strides: Rows, Outputs and Residuals then are the addresses of the first row itself, and Tiles times RowsPerTile
    /// rows follow each other.</summary>
    internal nint SourceStride;

    internal nint OutputStride;
    internal nint ResidualStride;

    /// <summary>Where memory begins that is needed next, usually the next strip; code of <see cref="Emit.TileVariant.FetchedLines"/> asks for it and moves on.</summary>
    internal byte* Next;
}
