using Hone.Graphs;

namespace Hone.Runtime.Lowering.ControlFlow;

/// <summary><c>If</c>, <c>Loop</c> and <c>Scan</c>.</summary>
internal static class ControlFlowLowering
{
    internal static Operation? Lower(Node node, LoweringContext context) => new ControlFlowOperation(GraphLowering.SingleNode(node, context), context.Options);
}
