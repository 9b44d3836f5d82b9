using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Passes;

/// <summary>Two Transposes in a row become one, which disappears where the two cancel. Bit-exact.</summary>
internal sealed class MergeTransposes : RewriteRule
{
    public override string Name => "merge transposes";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (Permutations.Of(node) is not { } second || Permutations.Of(node.Input(0)?.Producer) is not { } first)
            return null;
        GraphPatch patch = new(graph, Name);
        AttributeMap attributes = AttributeMap.Of(("perm", Permutations.Compose(first, second)));
        patch.Replace(node.Output, patch.Node("Transpose", [node.Input(0)!.Producer!.Input(0)], attributes, node.Name));
        return patch;
    }
}
