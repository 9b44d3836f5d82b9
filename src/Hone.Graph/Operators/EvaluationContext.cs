using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators;

/// <summary>What an operator sees when it is evaluated: its node, the input tensors, and the outputs to set.</summary>
public sealed class EvaluationContext
{
    /// <summary>The most elements one output may have; beyond it a shape from a model is taken for a mistake or an attack.</summary>
    public const int LargestElementCount = int.MaxValue;

    /// <summary>The most bytes one output may have.</summary>
    public const long LargestByteCount = 4L << 30;

    private readonly IReadOnlyList<Tensor?> _inputs;
    private readonly Tensor?[] _outputs;

    /// <summary>Prepares the evaluation of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">One per input of the node; null where the node leaves it out. They stay the caller's.</param>
    /// <param name="scope">The values that nested graphs may read; null when the node has no nested graphs.</param>
    public EvaluationContext(Node node, IReadOnlyList<Tensor?> inputs, EvaluationScope? scope = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        Node = node;
        _inputs = inputs;
        _outputs = new Tensor?[node.Outputs.Count];
        Scope = scope;
    }

    /// <value>The node.</value>
    public Node Node { get; }

    /// <value>The node's attributes.</value>
    public AttributeMap Attributes => Node.Attributes;

    /// <value>Number of inputs that the node lists.</value>
    public int InputCount => _inputs.Count;

    /// <value>Number of outputs that the node lists.</value>
    public int OutputCount => _outputs.Length;

    /// <value>The values that nested graphs may read, or null.</value>
    public EvaluationScope? Scope { get; }

    /// <value>The outputs, as far as they are set. Whoever evaluates owns them.</value>
    public IReadOnlyList<Tensor?> Outputs => _outputs;

    /// <summary>An input, or null when it is left out.</summary>
    public Tensor? OptionalInput(int index) => index < _inputs.Count ? _inputs[index] : null;

    /// <summary>An input that must be given.</summary>
    /// <exception cref="ModelFormatException">It is left out.</exception>
    public Tensor Input(int index) => OptionalInput(index) ?? throw Error($"input {index} is missing.");

    /// <summary>Whether the node asks for the output.</summary>
    public bool WantsOutput(int index) => index < _outputs.Length && Node.Outputs[index] is not null;

    /// <summary>Sets an output. The tensor passes to whoever evaluates, who disposes it: give a new one or a view, never an input itself.</summary>
    public void SetOutput(int index, Tensor tensor)
    {
        if (index < _outputs.Length)
            _outputs[index] = tensor;
    }

    /// <summary>Makes a tensor of zeros and sets it as an output that the node lists.</summary>
    /// <exception cref="ModelFormatException">A dimension is negative, or the output would have more than <see cref="LargestElementCount"/> elements
    /// or <see cref="LargestByteCount"/> bytes.</exception>
    public Tensor CreateOutput(int index, DataType dataType, params ReadOnlySpan<long> dimensions)
    {
        long count = 1;
        foreach (long dimension in dimensions)
        {
            // The empty dimensions must not hide an absurd one beside them.
            if (dimension is < 0 or > LargestElementCount || (count = Math.Max(count, 1) * dimension) > LargestElementCount)
            {
                throw Error($"output {index} would have the shape [{string.Join(", ", dimensions.ToArray())}], "
                    + $"which is negative or has more than {LargestElementCount} elements.");
            }
        }

        TensorShape shape = new(dimensions);
        if (dataType.ByteCount(shape.ElementCount) > LargestByteCount)
            throw Error($"output {index} would be {dataType.DisplayName()} {shape}, which has more than {LargestByteCount} bytes.");
        Tensor tensor = new(dataType, shape);
        SetOutput(index, tensor);
        return tensor;
    }

    /// <summary>Makes a tensor of zeros and sets it as an output.</summary>
    /// <inheritdoc cref="CreateOutput(int, DataType, ReadOnlySpan{long})"/>
    public Tensor CreateOutput(int index, DataType dataType, TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return CreateOutput(index, dataType, shape.Dimensions);
    }

    /// <summary>An error that names the node.</summary>
    public ModelFormatException Error(string message) => new(Node.Name, Node.Operator.Name, message);

    /// <summary>Turns an axis that may count from the back into one from the front.</summary>
    /// <exception cref="ModelFormatException">The axis is out of range.</exception>
    public int NormalizeAxis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Error($"axis {axis} does not lie in {-rank}..{rank - 1}.");
}
