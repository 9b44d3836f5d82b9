using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Reduction;

/// <summary><c>ReduceSum</c>, <c>ReduceMean</c> and <c>ReduceMax</c> of float32 over neighbouring axes.</summary>
internal static class ReduceLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, DataType: DataType.Float32, Shape: not null } || node.Input(1) is { IsConstant: false })
            return null;
        ReduceFunction function = node.Is("ReduceSum") ? ReduceFunction.Sum : node.Is("ReduceMean") ? ReduceFunction.Mean : ReduceFunction.Max;
        return new ReduceOperation(GraphLowering.SingleNode(node, context), function);
    }
}
