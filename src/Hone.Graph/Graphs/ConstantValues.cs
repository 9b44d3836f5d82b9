using Hone.Tensors;

namespace Hone.Graphs;

/// <summary>Gives a value its constant tensor and everything that follows from it.</summary>
internal static class ConstantValues
{
    /// <summary>Shapes, axes and sizes are short; longer integer constants are data.</summary>
    private const int LongestContents = 64;

    internal static void Set(Value value, Tensor tensor)
    {
        value.Constant = tensor;
        value.DataType = tensor.DataType;
        value.Shape = new SymbolicShape(tensor.Shape);
        value.Contents = tensor.DataType is DataType.Int64 or DataType.Int32 && tensor.Shape.Rank <= 1 && tensor.ElementCount <= LongestContents
            ? Array.ConvertAll(tensor.ToInt64Array(), Dimension.Fixed)
            : null;
    }
}
