using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// <c>Softmax</c>(scale * Q * Kᵀ + mask) * V → <c>Attention</c>, with the scale, as a factor or divisor, on the scores, on the queries or on the keys, in any
/// number of places, and the mask added or, as a condition, selecting between scores and minus infinity or the least numbers. Within the rounding of the operations.
/// </summary>
/// <remarks>
/// Queries, keys and values are [batch, heads, rows, elements], or [heads, rows, elements], which gets a batch of 1. A transposition in front of keys is undone.
/// </remarks>
internal sealed class FormAttention : RewriteRule
{
    public override string Name => "form Attention";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("MatMul") || node.Output is not { DataType: DataType.Float32, Shape: { Rank: 3 or 4 } shape } || Matching.Producer(node.Inputs[0], "Softmax") is not { } softmax)
            return null;
        long axis = softmax.Attributes.GetInt("axis", -1);
        if (axis != -1 && axis != shape.Rank - 1)
            return null;
        AttentionScores scores = new();
        if (softmax.Inputs[0] is not { } top || scores.Match(top, shape.Rank) is not { } product || node.Inputs[1]!.Shape?.Rank != shape.Rank)
            return null;
        if (product.Inputs[0]!.Shape?.Rank != shape.Rank || product.Inputs[1]!.Shape?.Rank != shape.Rank || scores.Scale <= 0)
            return null;
        // Attention takes masks of 2 to 4 axes; a sum with one number or with one row of them stays as it is.
        bool isMaskPossible = scores.Mask is null || scores.Mask.Shape is { Rank: >= 2 };
        if (!isMaskPossible || !HaveSameBatch(scores.Query!, scores.TransposedKey!, node.Inputs[1]!, node.Output))
            return null;
        GraphPatch patch = new(graph, Name);
        Value key = Transposed(patch, scores.TransposedKey!, shape.Rank);
        Value? mask = Mask(patch, scores);
        AttributeMap attributes = AttributeMap.Of(("scale", scores.Scale));
        if (shape.Rank == 4)
        {
            patch.Replace(node.Output, patch.Node("Attention", [scores.Query!, key, node.Inputs[1]!, mask], attributes, node.Name));
            return patch;
        }

        Value axes = patch.Constant("axes", Tensor.Create(new long[] { 0 }, 1));
        Value[] lifted = [.. new[] { scores.Query!, key, node.Inputs[1]! }.Select(v => patch.Node("Unsqueeze", [v, axes]))];
        Value attention = patch.Node("Attention", [lifted[0], lifted[1], lifted[2], mask], attributes, node.Name);
        patch.Replace(node.Output, patch.Node("Squeeze", [attention, axes]));
        return patch;
    }

    /// <summary>The mask as the operator takes it: added, or false where a key does not take part.</summary>
    private static Value? Mask(GraphPatch patch, AttentionScores scores)
    {
        if (scores.Choice is not { } choice)
            return scores.Mask;
        bool isScoreWhereTrue = float.IsNaN(Matching.ScalarOf(choice.Inputs[1]));
        Value number = choice.Inputs[isScoreWhereTrue ? 2 : 1]!;
        if (float.IsNegativeInfinity(Matching.ScalarOf(number)))
            return isScoreWhereTrue ? scores.Mask : patch.Node("Not", [scores.Mask]);
        Value zero = patch.Constant("zero", Tensor.Scalar(0f));
        return patch.Node("Where", [scores.Mask, isScoreWhereTrue ? zero : number, isScoreWhereTrue ? number : zero]);
    }

    /// <summary>Whether batch and heads are the same numbers or symbols, so that nothing is broadcast.</summary>
    private static bool HaveSameBatch(params Value[] values) =>
        values.All(v => v.Shape is { } shape && Enumerable.Range(0, shape.Rank - 2).All(i => !shape[i].IsUnknown && shape[i].Equals(values[0].Shape![i])));

    private static Value Transposed(GraphPatch patch, Value value, int rank)
    {
        long[] swapped = [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        (swapped[^1], swapped[^2]) = (swapped[^2], swapped[^1]);
        Value source = value;
        if (Matching.Producer(value, "Transpose") is { } transpose && transpose.Attributes.GetInts("perm") is { } given)
        {
            swapped = [.. given];
            (swapped[^1], swapped[^2]) = (swapped[^2], swapped[^1]);
            source = transpose.Inputs[0]!;
        }

        bool isIdentity = Enumerable.Range(0, rank).All(i => swapped[i] == i);
        return isIdentity ? source : patch.Node("Transpose", [source], AttributeMap.Of(("perm", swapped)));
    }
}
