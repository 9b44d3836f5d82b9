using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Passes;

/// <summary>Lets a Reshape read behind the Reshape, Flatten, Squeeze or Unsqueeze in front of it, and removes chains that come back to where they began.</summary>
/// <remarks>Bit-exact. A 0 in the target means a dimension of the node in between; it is replaced by its number, or the Reshape is left alone.</remarks>
internal sealed class MergeReshapes : RewriteRule
{
    private static readonly HashSet<string> s_reshapes = ["Flatten", "Reshape", "Squeeze", "Unsqueeze"];

    public override string Name => "merge reshapes";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!IsReshape(node) || node.Input(0)?.Producer is not { } inner || !IsReshape(inner))
            return null;
        return BackToTheBeginning(graph, node) ?? SkipInner(graph, node, inner);
    }

    private GraphPatch? BackToTheBeginning(Graph graph, Node node)
    {
        if (node.Output.Shape is not { } shape || shape.Any(d => d.IsUnknown))
            return null;
        for (Node? inner = node.Input(0)!.Producer; inner is not null && IsReshape(inner); inner = inner.Input(0)!.Producer)
        {
            Value source = inner.Input(0)!;
            if (!shape.Equals(source.Shape))
                continue;
            GraphPatch patch = new(graph, Name);
            patch.Replace(node.Output, source);
            return patch;
        }

        return null;
    }

    private GraphPatch? SkipInner(Graph graph, Node node, Node inner)
    {
        if (!node.Is("Reshape") || node.Attributes.GetBool("allowzero") || node.Input(1)?.Constant is not { } target)
            return null;
        long[] dimensions = target.ToInt64Array();
        SymbolicShape? between = node.Input(0)!.Shape;
        SymbolicShape? source = inner.Input(0)!.Shape;
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i] != 0)
                continue;
            if (between is null || i >= between.Rank)
                return null;
            if (between[i].IsFixed && between[i].Value > 0)
                dimensions[i] = between[i].Value;
            else if (between[i].IsUnknown || i >= source?.Rank || source?[i] != between[i])
                return null;
        }

        GraphPatch patch = new(graph, Name);
        Value constant = patch.Constant($"{node.Name}_shape", Tensor.Vector<long>(dimensions));
        patch.Replace(node.Output, patch.Node("Reshape", [inner.Input(0), constant], name: node.Name));
        return patch;
    }

    private static bool IsReshape(Node node) => node.Operator.Domain.Length == 0 && s_reshapes.Contains(node.Operator.Name);
}
