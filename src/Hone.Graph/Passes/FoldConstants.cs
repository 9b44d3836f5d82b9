using Hone.Evaluation;
using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Passes;

/// <summary>
/// Replaces nodes that read only constants by their results, by reference evaluation, and small integer results that follow from shapes alone.
/// </summary>
/// <remarks>
/// Left alone are random operators, nodes with nested graphs, results that would make the model much larger, products of large constants (the
/// reference evaluation is slow), and the quantization of constants unless the options say otherwise.
/// </remarks>
internal sealed class FoldConstants(PortablePassOptions options) : RewriteRule
{
    /// <summary>In multiply-adds; about a second of reference evaluation.</summary>
    private const double MostWork = 2e8;

    /// <summary>Their results are at most as large as their inputs, though the shape is not known before.</summary>
    private static readonly HashSet<string> s_boundedByInput = ["Compress", "NonZero", "Unique"];

    private static readonly HashSet<string> s_products = ["Conv", "ConvInteger", "ConvTranspose", "Einsum", "Gemm", "MatMul", "MatMulInteger", "QLinearConv", "QLinearMatMul"];

    public override string Name => "fold constants";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!IsCandidate(graph, node))
            return null;
        Tensor?[]? results = ResultsFromShapes(node) ?? (node.Inputs.All(i => i is null || i.IsConstant) && IsAffordable(node) ? Evaluate(node) : null);
        if (results is null)
            return null;
        GraphPatch patch = new(graph, Name);
        for (int i = 0; i < results.Length; i++)
        {
            if (node.Outputs[i] is { } output && results[i] is { } result)
                patch.Replace(output, patch.Constant(output.Name, result));
        }

        return patch;
    }

    private bool IsCandidate(Graph graph, Node node)
    {
        if (!node.Operator.IsDeterministic || node.Subgraphs.Any())
            return false;
        // A constant that is a graph output is carried to its name by an Identity, and by that only.
        if (node.Is("Identity") && graph.IsOutput(node.Output))
            return false;
        return !options.KeepsQuantization || !(node.Is("QuantizeLinear") || node.Is("DequantizeLinear"));
    }

    /// <summary>The results when each is a small integer tensor whose elements are all known.</summary>
    private static Tensor?[]? ResultsFromShapes(Node node)
    {
        if (!node.Outputs.All(o => o is null || (o.Contents is { } c && c.All(d => d.IsFixed) && o.Shape is { Rank: <= 1 } && o.DataType is DataType.Int64 or DataType.Int32)))
            return null;
        return [.. node.Outputs.Select(o => o is null ? null : FromContents(o))];
    }

    private static Tensor FromContents(Value value)
    {
        long[] numbers = [.. value.Contents!.Select(d => d.Value)];
        ReadOnlySpan<long> shape = value.Shape!.Rank == 0 ? [] : [numbers.Length];
        return value.DataType == DataType.Int64 ? Tensor.Create(numbers, shape) : Tensor.Create(Array.ConvertAll(numbers, n => (int)n), shape);
    }

    private bool IsAffordable(Node node)
    {
        long inputBytes = node.Inputs.Sum(i => i?.Constant?.ByteCount ?? 0);
        if (s_boundedByInput.Contains(node.Operator.Name))
            return inputBytes <= options.LargestGrowth;
        long outputBytes = 0;
        double outputElements = 0;
        foreach (Value output in node.Outputs.OfType<Value>())
        {
            if (output.DataType == DataType.Undefined || output.Shape?.ToTensorShape() is not { } shape)
                return false;
            outputElements += shape.ElementCount;
            outputBytes += output.DataType.ByteCount(shape.ElementCount);
        }

        bool isCheap = !s_products.Contains(node.Operator.Name)
            || outputElements * (node.Inputs[0]!.Constant!.ElementCount / (double)Math.Max(1, node.Inputs[0]!.Constant!.Shape.Rank > 0 ? node.Inputs[0]!.Constant!.Shape[0] : 1)) <= MostWork;
        return isCheap && outputBytes - inputBytes <= options.LargestGrowth;
    }

    /// <summary>The results, or null when the node breaks its operator's rules; whoever runs the graph is told.</summary>
    private static Tensor?[]? Evaluate(Node node)
    {
        EvaluationScope scope = new();
        try
        {
            GraphEvaluation.EvaluateNode(node, scope);
        }
        catch (HoneException)
        {
            return null;
        }

        return [.. node.Outputs.Select(o => o is null ? null : scope.Find(o))];
    }
}
