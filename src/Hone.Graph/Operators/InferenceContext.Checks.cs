using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators;

public sealed partial class InferenceContext
{
    /// <summary>The one element type of several inputs; inputs that are left out or not inferred do not count.</summary>
    /// <exception cref="ModelFormatException">Two inputs have different element types.</exception>
    public DataType CommonDataType(params ReadOnlySpan<int> inputs)
    {
        DataType common = Tensors.DataType.Undefined;
        foreach (int index in inputs)
        {
            DataType type = DataType(index);
            if (common == Tensors.DataType.Undefined)
                common = type;
            else if (type != Tensors.DataType.Undefined && type != common)
                throw Error($"input {index} is {type.DisplayName()}; it must have the element type {common.DisplayName()} of the others.");
        }

        return common;
    }

    /// <summary>The one element type of all inputs from <paramref name="first"/> on.</summary>
    /// <inheritdoc cref="CommonDataType(ReadOnlySpan{int})"/>
    public DataType CommonDataTypeFrom(int first) => CommonDataType(Enumerable.Range(first, Math.Max(Node.Inputs.Count - first, 0)).ToArray());

    /// <summary>The shape that NumPy-style broadcasting of several inputs gives, or null when some rank is not known.</summary>
    /// <exception cref="ModelFormatException">The shapes do not fit.</exception>
    public SymbolicShape? BroadcastShape(params ReadOnlySpan<int> inputs)
    {
        SymbolicShape result = SymbolicShape.Scalar;
        foreach (int index in inputs)
        {
            if (Shape(index) is not { } shape)
                return null;
            try
            {
                result = SymbolicShape.Broadcast(result, shape);
            }
            catch (ArgumentException e)
            {
                throw Error(e.Message);
            }
        }

        return result;
    }

    /// <summary>Checks the rank of an input as far as it is known.</summary>
    /// <exception cref="ModelFormatException">The rank is another one.</exception>
    public void RequireRank(int index, int rank) => Node.RequireRank($"input {index}", Shape(index), rank, rank);

    /// <summary>Checks the element type of an input as far as it is known.</summary>
    /// <param name="index">Which input; may be left out.</param>
    /// <param name="accepts">The rule.</param>
    /// <param name="expected">The rule in words, for example <c>a floating-point type</c>.</param>
    /// <exception cref="ModelFormatException">The element type breaks the rule.</exception>
    public void RequireDataType(int index, Predicate<DataType> accepts, string expected)
    {
        ArgumentNullException.ThrowIfNull(accepts);
        DataType type = DataType(index);
        if (type != Tensors.DataType.Undefined && !accepts(type))
            throw Error($"input {index} is {type.DisplayName()}; it must be {expected}.");
    }
}
