using Hone.Evaluation;
using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Tensors;

namespace Hone.Runtime.Lowering;

/// <summary>What lowerings see of the graph: which nodes are taken, and constants in the form that kernels want.</summary>
internal sealed class LoweringContext
{
    private readonly Graph _graph;
    private readonly Dictionary<Node, int> _positions;
    private readonly HashSet<Node> _claimed = [];
    private readonly Dictionary<Value, Tensor> _dequantized = [];

    internal LoweringContext(Graph graph, CompileOptions options)
    {
        _graph = graph;
        Options = options;
        KernelOptions = options.ToKernelOptions();
        _positions = graph.Nodes.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i);
    }

    internal CompileOptions Options { get; }

    internal KernelOptions KernelOptions { get; }

    internal bool IsClaimed(Node node) => _claimed.Contains(node);

    internal void Claim(IEnumerable<Node> nodes) => _claimed.UnionWith(nodes);

    internal int PositionOf(Node node) => _positions[node];

    /// <summary>Whether the value is needed as such: by the caller, or inside a nested graph.</summary>
    internal bool IsVisible(Value value) => _graph.IsOutput(value) || value.Consumers.Any(c => !_positions.ContainsKey(c));

    /// <summary>The only node that reads the value, when nothing else does and no operation has it yet.</summary>
    internal Node? OnlyReader(Value value) =>
        value.Consumers.Count == 1 && !IsVisible(value) && !IsClaimed(value.Consumers[0]) ? value.Consumers[0] : null;

    /// <summary>A float32 constant, or one that is dequantized from constants; null for all others.</summary>
    internal Tensor? FloatConstant(Value? value)
    {
        if (value is null)
            return null;
        if (value.Constant is { } constant)
            return constant.DataType == DataType.Float32 ? constant : null;
        if (value.Producer is not { } node || !node.Is("DequantizeLinear") || value.DataType != DataType.Float32 || !node.Inputs.All(i => i is null || i.IsConstant))
            return null;
        if (_dequantized.TryGetValue(value, out Tensor? tensor))
            return tensor;
        EvaluationScope scope = new();
        GraphEvaluation.EvaluateNode(node, scope);
        tensor = scope.Find(value)!;
        _dequantized.Add(value, tensor);
        return tensor;
    }

    /// <summary>The number that a one-element float32 constant holds, or null.</summary>
    internal float? FloatScalar(Value? value) => FloatConstant(value) is { ElementCount: 1 } tensor ? tensor.AsSpan<float>()[0] : null;
}
