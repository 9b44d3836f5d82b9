using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>Where in a dense tensor (input 0 of a node) its index input points.</summary>
internal static class ElementPlaces
{
    /// <summary>For each element of the index input, the element of the data at the same place but for one axis, where the index says.</summary>
    /// <exception cref="ModelFormatException">The shapes do not fit, or an index is out of range.</exception>
    public static int[] Along(EvaluationContext context, int indexInput, long givenAxis)
    {
        TensorShape data = context.Input(0).Shape;
        TensorShape shape = context.Input(indexInput).Shape;
        int axis = context.NormalizeAxis(givenAxis, data.Rank);
        if (shape.Rank != data.Rank || shape.Where((d, a) => a != axis && d > data[a]).Any())
            throw context.Error($"the indices {shape} do not fit into the data {data}.");
        int[] places = Indices.Read(context, indexInput, data[axis]);
        long[] strides = data.Strides();
        int axisStride = (int)strides[axis];
        strides[axis] = 0;
        StridedLoop loop = new(shape.Dimensions, strides);
        for (int i = 0; loop.NextRow();)
        {
            for (int column = 0; column < loop.RowLength; column++, i++)
                places[i] = (places[i] * axisStride) + loop.Offset(0) + (column * loop.Step(0));
        }

        return places;
    }

    /// <summary>For each tuple of the index input (its last axis), the first element of the slice of the data that it names.</summary>
    /// <param name="context">Of the node.</param>
    /// <param name="indexInput">The index input, <c>[batch..., ..., k]</c>.</param>
    /// <param name="batchAxes">How many leading axes data and indices share.</param>
    /// <param name="sliceLength">Elements of each slice.</param>
    /// <exception cref="ModelFormatException">The shapes do not fit, or an index is out of range.</exception>
    public static int[] OfTuples(EvaluationContext context, int indexInput, int batchAxes, out int sliceLength)
    {
        TensorShape data = context.Input(0).Shape;
        Tensor indices = context.Input(indexInput);
        int rank = indices.Shape.Rank;
        if (rank < 1 || batchAxes < 0 || batchAxes >= rank || batchAxes > data.Rank || indices.Shape[-1] > data.Rank - batchAxes
            || !data.Dimensions[..batchAxes].SequenceEqual(indices.Shape.Dimensions[..batchAxes]))
        {
            throw context.Error($"the indices {indices.Shape} do not fit the data {data} with {batchAxes} batch axes.");
        }

        int tupleLength = (int)indices.Shape[-1];
        long[] strides = data.Strides();
        sliceLength = (int)data.ElementCountOf(batchAxes + tupleLength, data.Rank);
        long batchLength = data.ElementCountOf(batchAxes, data.Rank);
        int[] places = new int[checked((int)indices.Shape.ElementCountOf(0, rank - 1))];
        long perBatch = Math.Max(indices.Shape.ElementCountOf(batchAxes, rank - 1), 1);
        long[] elements = indices.ToInt64Array();
        for (int i = 0; i < places.Length; i++)
        {
            long place = i / perBatch * batchLength;
            for (int k = 0; k < tupleLength; k++)
                place += Indices.Normalize(context, elements[(i * tupleLength) + k], data[batchAxes + k]) * strides[batchAxes + k];
            places[i] = (int)place;
        }

        return places;
    }
}
