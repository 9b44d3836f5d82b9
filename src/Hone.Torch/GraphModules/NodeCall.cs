using Hone.Graphs;
using static TorchSharp.torch;

namespace Hone.Torch.GraphModules;

/// <summary>One execution of a node inside a <see cref="GraphModule"/>.</summary>
public sealed class NodeCall
{
    private readonly Tensor?[] _inputs;

    internal NodeCall(Node node, Tensor?[] inputs, bool isTraining)
    {
        Node = node;
        _inputs = inputs;
        IsTraining = isTraining;
    }

    /// <value>The node.</value>
    public Node Node { get; }

    /// <value>The node's attributes.</value>
    public AttributeMap Attributes => Node.Attributes;

    /// <value>Number of inputs that the node lists.</value>
    public int InputCount => _inputs.Length;

    /// <value>Whether the module is in training mode.</value>
    public bool IsTraining { get; }

    /// <summary>An input that must be given.</summary>
    /// <exception cref="ModelFormatException">It is left out.</exception>
    public Tensor Input(int index) => OptionalInput(index) ?? throw Error($"input {index} is missing.");

    /// <summary>An input, or null when it is left out.</summary>
    public Tensor? OptionalInput(int index) => index < _inputs.Length ? _inputs[index] : null;

    /// <summary>All inputs; none may be left out.</summary>
    public Tensor[] Inputs() => [.. Enumerable.Range(0, InputCount).Select(Input)];

    /// <summary>The elements of an integer input (axes, sizes, pads), or null when it is left out.</summary>
    public long[]? Integers(int index) =>
        OptionalInput(index) is { } tensor ? tensor.to(ScalarType.Int64).cpu().contiguous().data<long>().ToArray() : null;

    /// <summary>The elements of a floating-point input of few elements, or null when it is left out.</summary>
    public float[]? Floats(int index) =>
        OptionalInput(index) is { } tensor ? tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray() : null;

    /// <summary>An error that names the node.</summary>
    public ModelFormatException Error(string message) => new(Node.Name, Node.Operator.Name, message);
}
