using System.Runtime.InteropServices;

namespace Hone.Kernels.Blocked;

/// <summary>
/// The one argument of a tile kernel over weights in blocks: some rows of packed activations by some groups of columns. For each row r and
/// column c: <c>Output[r][c] = sum over blocks of scale[c] * rowScale[r] * (sum over k of a[r][k] * code[k][c] + start[r]) + offset[c] * rowSum[r]</c>.
/// </summary>
/// <remarks>Emitted code reads the fields by offset.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockedTileArguments
{
    /// <summary>The first group of columns, as in <see cref="BlockedLayout"/>.</summary>
    internal byte* Panel;

    /// <summary>Bytes from one group to the next.</summary>
    internal nint GroupStride;

    internal nint Blocks;

    /// <summary>The rows, as in <see cref="ActivationTile"/>.</summary>
    internal byte* Activations;

    /// <summary>[rows][groups * 16].</summary>
    internal float* Output;
}
