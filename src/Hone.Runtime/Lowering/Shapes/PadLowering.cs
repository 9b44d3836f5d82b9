using Hone.Graphs;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary><c>Pad</c> with a constant, for elements of whole bytes.</summary>
internal static class PadLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        bool isSupported = node.Inputs[0] is { IsConstant: false, Shape: not null } input && Tensors.DataTypeExtensions.BitWidth(input.DataType) >= 8
            && node.Attributes.GetString("mode", "constant") == "constant" && node.Input(2) is null or { IsConstant: true };
        return isSupported ? new PadOperation(GraphLowering.SingleNode(node, context)) : null;
    }
}
