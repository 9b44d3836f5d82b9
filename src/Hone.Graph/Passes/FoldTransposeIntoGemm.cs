using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Passes;

/// <summary>A Transpose of a matrix in front of a Gemm becomes the Gemm's transA or transB. Bit-exact.</summary>
internal sealed class FoldTransposeIntoGemm : RewriteRule
{
    public override string Name => "fold transpose into gemm";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("Gemm"))
            return null;
        Value?[] inputs = [.. node.Inputs];
        AttributeMap attributes = node.Attributes;
        bool changed = false;
        foreach ((int index, string attribute) in new[] { (0, "transA"), (1, "transB") })
        {
            if (Permutations.Of(inputs[index]?.Producer) is not [1, 0])
                continue;
            inputs[index] = inputs[index]!.Producer!.Input(0);
            attributes = attributes.With(attribute, !attributes.GetBool(attribute));
            changed = true;
        }

        if (!changed)
            return null;
        GraphPatch patch = new(graph, Name);
        patch.Replace(node.Output, patch.Node("Gemm", inputs, attributes, node.Name));
        return patch;
    }
}
