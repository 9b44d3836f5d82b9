using Hone.Graphs;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary><c>DepthToSpace</c> and <c>SpaceToDepth</c> of elements of whole bytes.</summary>
internal static class BlockLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        bool isSupported = node.Inputs[0] is { IsConstant: false } input && Tensors.DataTypeExtensions.BitWidth(input.DataType) >= 8;
        return isSupported ? new BlockOperation(GraphLowering.SingleNode(node, context)) : null;
    }
}
