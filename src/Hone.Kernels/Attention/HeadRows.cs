namespace Hone.Kernels.Attention;

/// <summary>Rows of all heads of a batch, wherever they lie.</summary>
/// <param name="address">The first element.</param>
/// <param name="batchStride">Elements from batch entry to batch entry; 0 repeats one.</param>
/// <param name="headStride">Elements from head to head; 0 repeats one.</param>
/// <param name="rowStride">Elements from row to row; 0 repeats one.</param>
public readonly unsafe struct HeadRows(float* address, nint batchStride, nint headStride, nint rowStride)
{
    /// <summary>The first element.</summary>
    public float* Address { get; } = address;

    /// <summary>Elements from batch entry to batch entry.</summary>
    public nint BatchStride { get; } = batchStride;

    /// <summary>Elements from head to head.</summary>
    public nint HeadStride { get; } = headStride;

    /// <summary>Elements from row to row.</summary>
    public nint RowStride { get; } = rowStride;

    /// <summary>The same rows from a later one on, of the only batch entry.</summary>
    internal HeadRows From(int row) => new(Address + row * RowStride, 0, HeadStride, RowStride);

    internal nint Offset(int batch, int head, int row) => batch * BatchStride + head * HeadStride + row * RowStride;

    internal float* At(int batch, int head, int row) => Address + Offset(batch, head, row);
}
