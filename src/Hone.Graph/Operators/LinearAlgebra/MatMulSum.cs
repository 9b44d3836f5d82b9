using System.Numerics;
using Hone.Graphs;
using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Operators.LinearAlgebra;

/// <summary>The sums of products of a batch of matrix products, for every number type.</summary>
internal sealed class MatMulSum
{
    private readonly int[] _leftMatrices;
    private readonly int[] _rightMatrices;

    /// <summary>Applies the shape rules to concrete shapes.</summary>
    /// <param name="node">The matrix product.</param>
    /// <param name="left"><c>[..., M, K]</c> or <c>[K]</c>.</param>
    /// <param name="right"><c>[..., K, N]</c> or <c>[K]</c>.</param>
    /// <param name="outputType">Element type of the output, for its size.</param>
    public MatMulSum(Node node, TensorShape left, TensorShape right, DataType outputType)
    {
        OutputShape = node.Concrete(MatMulRules.InferShape(node, new SymbolicShape(left), new SymbolicShape(right))!, outputType);
        Rows = left.Rank == 1 ? 1 : checked((int)left[-2]);
        Depth = checked((int)left[-1]);
        Columns = right.Rank == 1 ? 1 : checked((int)right[-1]);
        TensorShape leftBatch = new(left.Dimensions[..Math.Max(left.Rank - 2, 0)]);
        TensorShape rightBatch = new(right.Dimensions[..Math.Max(right.Rank - 2, 0)]);
        // An empty output may have a batch of any size, which nobody reads.
        TensorShape batch = OutputShape.ElementCount == 0 ? new TensorShape(0) : TensorShape.TryBroadcast(leftBatch, rightBatch)!;
        _leftMatrices = Broadcast(leftBatch, batch);
        _rightMatrices = Broadcast(rightBatch, batch);
    }

    /// <value>Shape of the output.</value>
    public TensorShape OutputShape { get; }

    /// <value>Rows of one output matrix.</value>
    public int Rows { get; }

    /// <value>Products in one sum.</value>
    public int Depth { get; }

    /// <value>Columns of one output matrix.</value>
    public int Columns { get; }

    /// <value>For each output matrix, which of the left matrices it is made from.</value>
    public IReadOnlyList<int> LeftMatrices => _leftMatrices;

    /// <value>For each output matrix, which of the right matrices it is made from.</value>
    public IReadOnlyList<int> RightMatrices => _rightMatrices;

    /// <summary>The sums, in the order of K.</summary>
    public T[] Compute<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : unmanaged, INumber<T>
    {
        T[] output = new T[OutputShape.ElementCount];
        int size = Rows * Columns;
        for (int i = 0; i < _leftMatrices.Length; i++)
        {
            ReadOnlySpan<T> a = left.Slice(_leftMatrices[i] * Rows * Depth, Rows * Depth);
            ReadOnlySpan<T> b = right.Slice(_rightMatrices[i] * Depth * Columns, Depth * Columns);
            MatrixProduct.Add(a, b, output.AsSpan(i * size, size), Rows, Depth, Columns);
        }

        return output;
    }

    /// <summary>For each entry of the broadcast batch, the entry of the operand that it reads.</summary>
    private static int[] Broadcast(TensorShape operand, TensorShape batch)
    {
        int[] entries = new int[batch.ElementCount];
        if (entries.Length == 0)
            return entries;
        long[] strides = operand.Strides();
        int missing = batch.Rank - operand.Rank;
        for (int i = 0; i < entries.Length; i++)
        {
            long rest = i;
            for (int axis = batch.Rank - 1; axis >= missing; axis--)
            {
                (rest, long coordinate) = Math.DivRem(rest, batch[axis]);
                if (operand[axis - missing] != 1)
                    entries[i] += (int)(coordinate * strides[axis - missing]);
            }
        }

        return entries;
    }
}
