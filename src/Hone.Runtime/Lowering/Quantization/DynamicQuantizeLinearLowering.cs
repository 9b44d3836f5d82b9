using Hone.Graphs;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary><c>DynamicQuantizeLinear</c>.</summary>
internal static class DynamicQuantizeLinearLowering
{
    internal static Operation? Lower(Node node, LoweringContext context) =>
        node.Inputs[0]!.IsConstant || node.Outputs.Count != 3 || node.Outputs.Contains(null) ? null : new DynamicQuantizeOperation(GraphLowering.SingleNode(node, context));
}
