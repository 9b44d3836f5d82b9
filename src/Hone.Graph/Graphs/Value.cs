using Hone.Tensors;

namespace Hone.Graphs;

/// <summary>A tensor-valued edge of a graph: a graph input, a constant, or the output of one node.</summary>
/// <remarks>Written only by <see cref="GraphBuilder"/>, <see cref="Rewriting.GraphPatch"/> and type inference.</remarks>
public sealed class Value
{
    private readonly List<Node> _consumers = [];

    internal Value(string name) => Name = name;

    /// <value>Unique within the graph and the graphs nested in it.</value>
    public string Name { get; internal set; }

    /// <value>Element type; undefined until inferred.</value>
    public DataType DataType { get; internal set; }

    /// <value>Shape, or null when the rank is not known.</value>
    public SymbolicShape? Shape { get; internal set; }

    /// <value>The node that produces it, or null for graph inputs and constants.</value>
    public Node? Producer { get; internal set; }

    /// <value>The tensor of a constant (an ONNX initializer), or null.</value>
    public Tensor? Constant { get; internal set; }

    /// <value>Whether the value is a constant.</value>
    public bool IsConstant => Constant is not null;

    /// <value>The nodes that read it, each as often as it reads it, nested graphs included. Graph outputs are not listed.</value>
    public IReadOnlyList<Node> Consumers => _consumers;

    /// <value>
    /// The elements of a small integer tensor as far as they follow from shapes, or null: what <c>Shape</c>, <c>Gather</c> and <c>Concat</c>
    /// compute for a later <c>Reshape</c>. Set by type inference; constants always have it when they are small integers.
    /// </value>
    public IReadOnlyList<Dimension>? Contents { get; internal set; }

    /// <summary>For example <c>conv1_out: float32 [N, 64, 112, 112]</c>.</summary>
    public override string ToString() => $"{Name}: {DataType.DisplayName()} {Shape?.ToString() ?? "[...]"}";

    internal void AddConsumer(Node node) => _consumers.Add(node);

    internal void RemoveConsumer(Node node) => _consumers.Remove(node);
}
