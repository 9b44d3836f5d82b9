using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Passes;

/// <summary>MatMul of two matrices and an Add of a row become a Gemm with bias.</summary>
/// <remarks>The sum is the same but for its rounding. Left alone where the addend is not known to fit the product without enlarging it.</remarks>
public sealed class FormGemm : RewriteRule
{
    /// <inheritdoc/>
    public override string Name => "form gemm";

    /// <inheritdoc/>
    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("Add"))
            return null;
        for (int i = 0; i < 2; i++)
        {
            if (node.Input(i)?.Producer is not { } product || !product.Is("MatMul") || graph.UseCount(node.Input(i)!) != 1 || graph.FindValue(product.Output.Name) != product.Output)
                continue;
            if (product.Input(0)?.Shape?.Rank != 2 || product.Input(1)?.Shape?.Rank != 2 || !FitsRow(node.Input(1 - i)!, product.Output) || !product.Output.DataType.IsFloatingPoint())
                continue;
            GraphPatch patch = new(graph, Name);
            patch.Replace(node.Output, patch.Node("Gemm", [product.Input(0), product.Input(1), node.Input(1 - i)], name: product.Name));
            return patch;
        }

        return null;
    }

    /// <summary>Whether the addend is [columns] or [1, columns].</summary>
    private static bool FitsRow(Value addend, Value product) =>
        addend.Shape is { Rank: 1 or 2 } shape && shape[-1].IsFixed && product.Shape is { Rank: 2 } result && shape[-1] == result[1] && (shape.Rank == 1 || shape[0] == 1);
}
