using Hone.Graphs;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary><c>DequantizeLinear</c> of 8-bit codes with one constant scale and zero point.</summary>
internal static class DequantizeLinearLowering
{
    internal static Operation? Lower(Node node, LoweringContext context) =>
        QuantizedSource.Of(node.Output) is { } source
            ? new QuantizeOperation(GraphLowering.SingleNode(node, context), new QuantizationParameters(source.Scale, source.ZeroPoint, source.IsSigned), dequantizes: true)
            : null;
}
