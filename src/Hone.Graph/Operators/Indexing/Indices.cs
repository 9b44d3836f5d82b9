using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>Reads index inputs.</summary>
internal static class Indices
{
    /// <summary>The elements of an index input, those that count from the back turned into ones from the front.</summary>
    /// <exception cref="ModelFormatException">An index is not in -length..length-1.</exception>
    public static int[] Read(EvaluationContext context, int input, long length)
    {
        Tensor tensor = context.Input(input);
        if (tensor.DataType is not (DataType.Int32 or DataType.Int64))
            throw context.Error($"input {input} is {tensor.DataType.DisplayName()}; indices must be int32 or int64.");
        return Array.ConvertAll(tensor.ToInt64Array(), i => Normalize(context, i, length));
    }

    /// <summary>One index, turned into one from the front.</summary>
    /// <inheritdoc cref="Read"/>
    public static int Normalize(EvaluationContext context, long index, long length) =>
        index >= -length && index < length
            ? (int)(index < 0 ? index + length : index)
            : throw context.Error($"the index {index} does not lie in {-length}..{length - 1}.");
}
