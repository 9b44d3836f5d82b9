using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// <c>Reshape</c>(<c>Transpose</c>(x [length, batch * heads, depth])) to [batch, heads, length, depth] → <c>Transpose</c>(<c>Reshape</c>(x)): PyTorch's multi-head
/// attention folds the heads into the batch and takes them out again. Bit-exact. Attention then reads the heads where they lie.
/// </summary>
internal sealed class SplitBeforeTranspose : RewriteRule
{
    private static readonly long[] s_order = [2, 0, 1, 3];

    public override string Name => "split axes before they are moved";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("Reshape") || node.Output.Shape is not { Rank: 4 } shape || Matching.Producer(node.Inputs[0], "Transpose") is not { } transpose)
            return null;
        if (transpose.Attributes.GetInts("perm") is not [1, 0, 2] || transpose.Output.Shape is not { } folded || !folded[1].Equals(shape[2]) || !folded[2].Equals(shape[3]))
            return null;
        // A length that is given by 0 would be another one at its new place; of unknown lengths nothing can be said.
        bool isKnown = !folded[1].IsUnknown && !folded[2].IsUnknown && node.Inputs[1]!.Contents is { } target && target.All(d => !d.Equals(0));
        if (!isKnown)
            return null;
        GraphPatch patch = new(graph, Name);
        Value order = patch.Constant("order", Tensor.Vector<long>(s_order));
        Value split = patch.Node("Reshape", [transpose.Inputs[0], patch.Node("Gather", [node.Inputs[1], order])]);
        patch.Replace(node.Output, patch.Node("Transpose", [split], AttributeMap.Of(("perm", new long[] { 1, 2, 0, 3 })), node.Name));
        return patch;
    }
}
