using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators;

/// <summary>What an operator sees when types and shapes are inferred: its node's inputs as far as they are known, and its outputs to set.</summary>
public sealed partial class InferenceContext
{
    /// <summary>Wraps a node.</summary>
    public InferenceContext(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        Node = node;
    }

    /// <value>The node.</value>
    public Node Node { get; }

    /// <value>The node's attributes.</value>
    public AttributeMap Attributes => Node.Attributes;

    /// <summary>Whether the input is given.</summary>
    public bool HasInput(int index) => Node.Input(index) is not null;

    /// <summary>Element type of an input; undefined when the input is left out or not inferred.</summary>
    public DataType DataType(int index) => Node.Input(index)?.DataType ?? Tensors.DataType.Undefined;

    /// <summary>Shape of an input, or null when the input is left out or its rank is not known.</summary>
    public SymbolicShape? Shape(int index) => Node.Input(index)?.Shape;

    /// <summary>The tensor of a constant input, or null.</summary>
    public Tensor? Constant(int index) => Node.Input(index)?.Constant;

    /// <summary>The elements of a small integer input as far as they follow from shapes, or null.</summary>
    public IReadOnlyList<Dimension>? Contents(int index) => Node.Input(index)?.Contents;

    /// <summary>The elements of a small integer input when all of them are numbers, or null.</summary>
    public long[]? FixedContents(int index)
    {
        if (Node.Input(index) is not { } value)
            return null;
        if (value.Contents is { } contents)
            return contents.All(d => d.IsFixed) ? contents.Select(d => d.Value).ToArray() : null;
        return value.Constant is { } tensor && tensor.DataType.IsInteger() ? tensor.ToInt64Array() : null;
    }

    /// <summary>Sets type and shape of an output; nothing happens when the node leaves the output out.</summary>
    /// <param name="index">Which output.</param>
    /// <param name="dataType">Undefined when it does not follow from what is known.</param>
    /// <param name="shape">Null when the rank does not follow from what is known.</param>
    /// <param name="contents">The elements of a small integer output where they follow from shapes.</param>
    public void SetOutput(int index, DataType dataType, SymbolicShape? shape, IReadOnlyList<Dimension>? contents = null)
    {
        if (index >= Node.Outputs.Count || Node.Outputs[index] is not { } output)
            return;
        output.DataType = dataType;
        output.Shape = shape;
        output.Contents = contents;
    }

    /// <summary>An error that names the node.</summary>
    public ModelFormatException Error(string message) => new(Node.Name, Node.Operator.Name, message);

    /// <summary>Turns an axis that may count from the back into one from the front.</summary>
    /// <exception cref="ModelFormatException">The axis is out of range.</exception>
    public int NormalizeAxis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Error($"axis {axis} does not lie in {-rank}..{rank - 1}.");
}
