using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary><c>QuantizeLinear</c> of float32 to 8 bits with one constant scale and zero point.</summary>
internal static class QuantizeLinearLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { DataType: DataType.Float32, IsConstant: false } || QuantizationParameters.OfQuantize(node) is not { } parameters)
            return null;
        return new QuantizeOperation(GraphLowering.SingleNode(node, context), parameters, dequantizes: false);
    }
}
