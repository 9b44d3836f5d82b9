using Hone.Tensors;

namespace Hone.Runtime.Planning;

/// <summary>Arithmetic of shapes in a layout.</summary>
internal static class LayoutShapes
{
    /// <summary>Product of the dimensions behind the channels.</summary>
    internal static long Pixels(TensorShape shape) => shape.ElementCountOf(2, shape.Rank);

    /// <summary>Whether both layouts put the elements at the same places.</summary>
    internal static bool IsSameInBoth(TensorShape shape) => shape.Rank < 3 || shape[1] == 1 || Pixels(shape) == 1;

    /// <summary>The dimensions in the order in which they lie.</summary>
    internal static long[] Physical(TensorShape shape, Layout layout)
    {
        long[] dimensions = [.. shape];
        return layout == Layout.RowMajor ? dimensions : [dimensions[0], .. dimensions[2..], dimensions[1]];
    }

    /// <summary>Where an axis of the shape lies.</summary>
    internal static int PhysicalAxis(int axis, int rank, Layout layout) =>
        layout == Layout.RowMajor || axis == 0 ? axis : axis == 1 ? rank - 1 : axis - 1;

    /// <summary>Height and width; a map of one spatial dimension has a height of 1.</summary>
    internal static (int Height, int Width) Spatial(TensorShape shape) =>
        shape.Rank == 3 ? (1, checked((int)shape[2])) : (checked((int)shape[2]), checked((int)shape[3]));
}
