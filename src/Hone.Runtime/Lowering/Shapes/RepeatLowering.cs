using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary><c>Expand</c> and <c>Tile</c> of elements of whole bytes.</summary>
internal static class RepeatLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        bool isSupported = node.Inputs[0] is { Shape: not null } input && input.DataType.BitWidth() >= 8;
        return isSupported ? new RepeatOperation(GraphLowering.SingleNode(node, context)) : null;
    }
}
