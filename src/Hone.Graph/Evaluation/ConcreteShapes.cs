using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Evaluation;

/// <summary>The shapes of all values of a graph for inputs of given shapes, and the small tensors that follow from shapes alone.</summary>
/// <remarks>
/// What <c>Shape</c>, <c>Gather</c>, <c>Concat</c> and their like compute for a later <c>Reshape</c> or <c>Resize</c> is evaluated here, once, so that a
/// runtime can lay out its memory before the first run. Shapes that depend on data stay unknown.
/// </remarks>
public sealed class ConcreteShapes
{
    /// <summary>Longer tensors are data, which is left to the run.</summary>
    private const long MostElements = 1024;

    private readonly Dictionary<string, Value> _values;

    private ConcreteShapes(Graph resolved) => _values = resolved.Values.ToDictionary(v => v.Name, StringComparer.Ordinal);

    /// <summary>Resolves the shapes.</summary>
    /// <param name="graph">A top-level graph; it is not changed.</param>
    /// <param name="inputs">One shape per graph input, in order.</param>
    /// <exception cref="ModelFormatException">With these shapes a node breaks its operator's rules.</exception>
    public static ConcreteShapes Resolve(Graph graph, IReadOnlyList<TensorShape> inputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(inputs);
        Graph copy = graph.Copy();
        for (int i = 0; i < copy.Inputs.Count; i++)
            copy.Inputs[i].Shape = new SymbolicShape(inputs[i]);
        foreach (Node node in copy.Nodes)
        {
            Infer(node);
            Fold(node);
        }

        return new ConcreteShapes(copy);
    }

    /// <summary>The shape of a value, or null when it depends on data.</summary>
    public TensorShape? ShapeOf(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Constant?.Shape ?? (_values.TryGetValue(value.Name, out Value? resolved) ? resolved.Shape?.ToTensorShape() : null);
    }

    /// <summary>The tensor of a constant, or of a value that follows from shapes; null for all others.</summary>
    public Tensor? ConstantOf(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Constant ?? _values.GetValueOrDefault(value.Name)?.Constant;
    }

    private static void Infer(Node node)
    {
        try
        {
            TypeInference.Run(node);
        }
        catch (ModelFormatException) when (node.Subgraphs.Any())
        {
            // A branch that these shapes do not fit need not be the one that the run takes.
            foreach (Value output in node.Outputs.OfType<Value>())
                output.Shape = null;
        }
    }

    private static void Fold(Node node)
    {
        if (!node.Operator.IsDeterministic || node.Subgraphs.Any())
            return;
        foreach (Value output in node.Outputs.OfType<Value>())
        {
            if (output.Contents is { } contents && contents.All(d => d.IsFixed) && output is { Shape.Rank: <= 1, DataType: DataType.Int64 or DataType.Int32 })
                ConstantValues.Set(output, FromContents(output, contents));
        }

        if (node.Outputs.All(o => o is null || o.IsConstant) || !node.Inputs.All(i => i is null || IsSmallConstant(i)) || !node.Outputs.All(HasSmallShape))
            return;
        EvaluationScope scope = new();
        try
        {
            GraphEvaluation.EvaluateNode(node, scope);
        }
        catch (HoneException)
        {
            // The run reports it, with the inputs at hand.
            return;
        }

        foreach (Value output in node.Outputs.OfType<Value>())
            ConstantValues.Set(output, scope.Find(output)!);
    }

    private static bool IsSmallConstant(Value value) => value.Constant is { } tensor && tensor.ElementCount <= MostElements;

    private static bool HasSmallShape(Value? value) => value is null || value.Shape?.ToTensorShape() is { ElementCount: <= MostElements };

    private static Tensor FromContents(Value value, IReadOnlyList<Dimension> contents)
    {
        long[] numbers = [.. contents.Select(d => d.Value)];
        ReadOnlySpan<long> shape = value.Shape!.Rank == 0 ? [] : [numbers.Length];
        return value.DataType == DataType.Int64 ? Tensor.Create(numbers, shape) : Tensor.Create(Array.ConvertAll(numbers, n => (int)n), shape);
    }
}
