using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary><c>Gather</c> of elements of whole bytes by int64 or int32 indices.</summary>
internal static class GatherLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { Shape: { } shape } data || data.DataType.BitWidth() < 8 || node.Inputs[1]!.DataType is not (DataType.Int64 or DataType.Int32))
            return null;
        long axis = node.Attributes.GetInt("axis", 0);
        return new GatherOperation(GraphLowering.SingleNode(node, context), (int)(axis < 0 ? axis + shape.Rank : axis));
    }
}
