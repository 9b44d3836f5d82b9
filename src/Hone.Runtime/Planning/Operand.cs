using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Planning;

/// <summary>A value as a step sees it: where it lies and how.</summary>
internal sealed class Operand
{
    /// <summary>Number in the address table of a frame.</summary>
    internal required int Index { get; init; }

    /// <summary>The value, or null for scratch memory.</summary>
    internal Value? Value { get; init; }

    internal required DataType DataType { get; init; }

    internal required TensorShape Shape { get; init; }

    internal required Layout Layout { get; init; }

    internal required PlannedBuffer Buffer { get; init; }

    /// <summary>Bytes from the start of the buffer.</summary>
    internal long Offset { get; init; }

    /// <summary>Elements between neighbouring pixels of a channels-last map; more than the channels inside a concatenation.</summary>
    internal required long PixelStride { get; init; }

    internal long ElementCount => Shape.ElementCount;

    internal long ByteCount => DataType.ByteCount(Shape.ElementCount);

    internal bool IsContiguous => Layout == Layout.RowMajor || PixelStride == Shape[1];

    internal static long DenseStride(TensorShape shape, Layout layout) => layout == Layout.ChannelsLast ? shape[1] : 0;
}
