using Hone.Graphs;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary><c>Split</c> of elements of whole bytes.</summary>
internal static class SplitLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, Shape: { } shape } input || Tensors.DataTypeExtensions.BitWidth(input.DataType) < 8 || node.Outputs.Contains(null))
            return null;
        long axis = node.Attributes.GetInt("axis", 0);
        return new SplitOperation(GraphLowering.SingleNode(node, context), node.Inputs[0]!, (int)(axis < 0 ? axis + shape.Rank : axis));
    }
}
