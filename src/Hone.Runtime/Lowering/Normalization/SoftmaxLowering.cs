using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Normalization;

/// <summary><c>Softmax</c> and <c>LogSoftmax</c> of float32 along the last axis, or along the channels of maps.</summary>
internal static class SoftmaxLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, DataType: DataType.Float32, Shape: { Rank: > 0 } shape })
            return null;
        long given = node.Attributes.GetInt("axis", -1);
        int axis = (int)(given < 0 ? given + shape.Rank : given);
        bool isSupported = axis == shape.Rank - 1 || (axis == 1 && shape.Rank >= 3);
        return isSupported ? new SoftmaxOperation(GraphLowering.SingleNode(node, context), axis, node.Is("Softmax") ? RowFunction.Softmax : RowFunction.LogSoftmax) : null;
    }
}
