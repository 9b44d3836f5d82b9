using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Reduction;

/// <summary>Sums, means, extremes and norms of float32.</summary>
internal static class ReduceLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, DataType: DataType.Float32, Shape: not null } || node.Input(1) is { IsConstant: false })
            return null;
        ReduceFunction function = Enum.Parse<ReduceFunction>(node.Operator.Name["Reduce".Length..]);
        return new ReduceOperation(GraphLowering.SingleNode(node, context), function);
    }
}
