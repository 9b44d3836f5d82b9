using Hone.Graphs;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary><c>Concat</c> of elements of whole bytes.</summary>
internal static class ConcatLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Output.Shape is not { Rank: > 0 } shape || Tensors.DataTypeExtensions.BitWidth(node.Output.DataType) < 8)
            return null;
        long axis = node.Attributes.RequireInt("axis");
        return new ConcatOperation(GraphLowering.SingleNode(node, context), (int)(axis < 0 ? axis + shape.Rank : axis));
    }
}
