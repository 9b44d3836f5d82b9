using Hone.Tensors;

namespace Hone.Operators.Attention;

/// <summary>The matrices <c>[length, size]</c> of the heads of a tensor, whose heads are an axis or lie within the last one.</summary>
internal sealed class HeadMatrices
{
    private readonly double[] _values;
    private readonly bool _hasHeadAxis;

    /// <summary>Wraps a tensor <c>[batch, heads, length, size]</c> or <c>[batch, length, heads · size]</c>.</summary>
    public HeadMatrices(Tensor tensor, int heads)
        : this(TensorConversion.Widen<double>(tensor).ToArray(), tensor.Shape, heads)
    {
    }

    /// <summary>Wraps the elements of such a tensor, to read and to write.</summary>
    public HeadMatrices(double[] values, TensorShape shape, int heads)
    {
        _values = values;
        _hasHeadAxis = shape.Rank == 4;
        Heads = heads;
        Length = checked((int)shape[-2]);
        Size = checked((int)(_hasHeadAxis ? shape[-1] : shape[-1] / heads));
    }

    /// <value>Number of heads.</value>
    public int Heads { get; }

    /// <value>Rows of a matrix.</value>
    public int Length { get; }

    /// <value>Columns of a matrix.</value>
    public int Size { get; }

    /// <summary>One row of the matrix of one head.</summary>
    public Span<double> Row(int batch, int head, int row)
    {
        int index = _hasHeadAxis ? (batch * Heads + head) * Length + row : (batch * Length + row) * Heads + head;
        return _values.AsSpan(index * Size, Size);
    }

    /// <summary>Copies the matrix of one head, densely.</summary>
    public void CopyTo(int batch, int head, Span<double> destination)
    {
        for (int row = 0; row < Length; row++)
            Row(batch, head, row).CopyTo(destination[(row * Size)..]);
    }
}
