using Hone.Graphs;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary><c>Slice</c> of elements of whole bytes.</summary>
internal static class SliceLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        bool isSupported = node.Inputs[0] is { IsConstant: false, Shape: not null } input && Tensors.DataTypeExtensions.BitWidth(input.DataType) >= 8;
        return isSupported ? new SliceOperation(GraphLowering.SingleNode(node, context)) : null;
    }
}
