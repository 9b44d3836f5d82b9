using System.Runtime.InteropServices;

namespace Hone.Kernels.Convolution;

/// <summary>The one argument of an emitted depthwise kernel: one output row of consecutive channel blocks. Emitted code reads the fields by
/// offset.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DepthwiseArguments
{
    /// <summary>[kernel rows] addresses of column 0 of the input rows; a row of padding has as many columns. The kernel moves
    /// them on over the channels that it has done.</summary>
    internal byte** Rows;

    /// <summary>Bytes between input columns.</summary>
    internal nint InputStride;

    /// <summary>Byte offset of the first column that the kernel's window covers, not positive.</summary>
    internal nint FirstColumn;

    /// <summary>Columns times stride: offsets from here on, and negative ones, are padding.</summary>
    internal nint Limit;

    /// <summary>A block of padding.</summary>
    internal byte* Padding;

    internal byte* Output;
    internal nint OutputStride;
    internal nint Outputs;

    /// <summary>[blocks][weights, bias, multipliers of a block].</summary>
    internal byte* Weights;

    internal nint Blocks;

    /// <summary>Channels of a last block that is not full, in the variant for it.</summary>
    internal nint Channels;

    internal Gemm.EpilogueData* Epilogue;
}
