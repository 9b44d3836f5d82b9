using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Signal;

/// <summary>What the signal operators share.</summary>
internal static class SignalRules
{
    /// <summary>Products that a node may ask for; a length is one number in the file, its square could take years.</summary>
    private const double MostProducts = 1L << 36;

    /// <summary>An integer input of one element, where it is known: from the constant, or while evaluating.</summary>
    public static Dimension Scalar(InferenceContext context, int index, Dimension missing)
    {
        if (!context.HasInput(index))
            return missing;
        return context.Contents(index) is [Dimension known] ? known : Dimension.Unknown;
    }

    /// <summary>An integer input of one element.</summary>
    public static long Scalar(EvaluationContext context, int index) =>
        context.Input(index) is { ElementCount: 1 } tensor ? tensor.ToInt64Array()[0] : throw context.Error($"input {index} must have one element, got {context.Input(index)}.");

    /// <summary>Checks the length of a transform and the work that all of them ask for.</summary>
    public static void RequireLength(Node node, long length, long lines)
    {
        if (length is < 1 or > int.MaxValue)
            throw node.Error($"the transform's length must lie in 1..{int.MaxValue}, got {length}.");
        if (FourierTransform.Cost(length) * lines > MostProducts)
            throw node.Error($"{lines} transforms of length {length} take more than 2^36 products.");
    }

    /// <summary>Checks that the last axis holds real (1) or complex (2) numbers.</summary>
    public static void RequireComplexAxis(Node node, SymbolicShape signal)
    {
        if (signal[-1].IsFixed && signal[-1].Value is not (1 or 2))
            throw node.Error($"the last axis of the input {signal} must be 1 (real) or 2 (complex).");
    }

    /// <summary>The type that the attribute <c>output_datatype</c> asks for.</summary>
    public static DataType OutputType(Node node)
    {
        DataType type = node.Attributes.GetDataType("output_datatype", DataType.Float32);
        return type.IsFloatingPoint() || (type.IsInteger() && type.BitWidth() >= 8)
            ? type
            : throw node.Error($"output_datatype {type.DisplayName()} is not a number type.");
    }
}
