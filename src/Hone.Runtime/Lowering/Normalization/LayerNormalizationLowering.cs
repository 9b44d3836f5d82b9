using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Normalization;

/// <summary><c>LayerNormalization</c> and <c>RMSNormalization</c> of float32, without the optional outputs.</summary>
internal static class LayerNormalizationLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        bool isSupported = node.Inputs[0] is { IsConstant: false, DataType: DataType.Float32, Shape: not null }
            && node.Inputs.All(i => i is null || i.DataType == DataType.Float32) && node.Outputs.Skip(1).All(o => o is null);
        return isSupported ? new LayerNormalizationOperation(GraphLowering.SingleNode(node, context)) : null;
    }
}
