using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// <c>Gather</c> of rows of a constant table whose 8-bit codes have one scale per row and zero point 0 → the codes of the rows, times their scales. Bit-exact;
/// the table is not dequantized in every run.
/// </summary>
internal sealed class GatherCodes : RewriteRule
{
    public override string Name => "gather codes";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("Gather") || node.Attributes.GetInt("axis", 0) != 0 || Matching.Producer(node.Inputs[0], "DequantizeLinear") is not { } dequantize)
            return null;
        if (dequantize.Inputs[0] is not { Constant: { DataType: DataType.Int8 or DataType.UInt8, Shape.Rank: > 1 } codes } || node.Output.DataType != DataType.Float32)
            return null;
        long axis = dequantize.Attributes.GetInt("axis", 1);
        if (dequantize.Inputs[1]!.Constant is not { DataType: DataType.Float32, Shape.Rank: 1 } scales || scales.ElementCount != codes.Shape[0] || axis != 0)
            return null;
        bool isSymmetric = dequantize.Input(2) is null || dequantize.Input(2)!.Constant is { } zeroPoints && zeroPoints.ToInt64Array().All(z => z == 0);
        if (!isSymmetric || dequantize.Attributes.GetInt("block_size", 0) != 0)
            return null;
        GraphPatch patch = new(graph, Name);
        long[] rows = new long[codes.Shape.Rank];
        Array.Fill(rows, 1);
        rows[0] = codes.Shape[0];
        Value scale = patch.Node("Gather", [patch.Constant("row_scales", Tensor.Create(scales.AsSpan<float>().ToArray(), rows)), node.Inputs[1]], node.Attributes);
        Value gathered = patch.Node("Gather", [dequantize.Inputs[0], node.Inputs[1]], node.Attributes, node.Name);
        Value numbers = patch.Node("Cast", [gathered], AttributeMap.Of(("to", DataType.Float32)));
        patch.Replace(node.Output, patch.Node("Mul", [numbers, scale]));
        return patch;
    }
}
