using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators;

/// <summary>What an operator sees when it is evaluated: its node, the input tensors, and the outputs to set.</summary>
public sealed class EvaluationContext
{
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

    /// <summary>An error that names the node.</summary>
    public ModelFormatException Error(string message) => new(Node.Name, Node.Operator.Name, message);

    /// <summary>Turns an axis that may count from the back into one from the front.</summary>
    /// <exception cref="ModelFormatException">The axis is out of range.</exception>
    public int NormalizeAxis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Error($"axis {axis} does not lie in {-rank}..{rank - 1}.");
}
