using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Passes;

/// <summary>
/// Makes the target of a Reshape constant where it is computed from the shape of the input: a dimension that is kept becomes 0, and one other that
/// is not a number becomes -1. The chain of Shape, Gather, Concat in front dies. Bit-exact.
/// </summary>
/// <remarks>Left alone where two dimensions would have to be -1, and where a 0 already means an empty dimension.</remarks>
internal sealed class SimplifyReshapeTarget : RewriteRule
{
    public override string Name => "simplify reshape targets";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("Reshape") || node.Input(1) is not { IsConstant: false, Contents: { } contents } || Target(node, contents) is not { } target)
            return null;
        GraphPatch patch = new(graph, Name);
        Value constant = patch.Constant($"{node.Name}_shape", Tensor.Vector<long>(target));
        patch.Replace(node.Output, patch.Node("Reshape", [node.Input(0), constant], name: node.Name));
        return patch;
    }

    private static long[]? Target(Node node, IReadOnlyList<Dimension> contents)
    {
        SymbolicShape? input = node.Input(0)!.Shape;
        long[] target = new long[contents.Count];
        bool hasInferred = false;
        for (int i = 0; i < target.Length; i++)
        {
            Dimension dimension = contents[i];
            bool isKept = !dimension.IsFixed && !dimension.IsUnknown && i < input?.Rank && input[i] == dimension;
            if (dimension is { IsFixed: true, Value: > 0 })
                target[i] = dimension.Value;
            else if (isKept)
                target[i] = 0;
            else if (!hasInferred && (!dimension.IsFixed || dimension.Value == -1))
                (target[i], hasInferred) = (-1, true);
            else
                return null;
        }

        return target;
    }
}
