using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering;

/// <summary>8-bit codes behind a dequantized value: value = (code - zero point) * scale, one pair for the whole tensor.</summary>
/// <param name="Codes">The codes.</param>
/// <param name="Scale">Positive.</param>
/// <param name="ZeroPoint">In the range of the codes' type.</param>
/// <param name="IsSigned">Whether the codes are s8.</param>
/// <param name="Dequantize">The node that dequantizes.</param>
internal sealed record QuantizedSource(Value Codes, float Scale, int ZeroPoint, bool IsSigned, Node Dequantize)
{
    /// <summary>The codes behind a value, or null when it is not dequantized from run-time codes with a constant scale and zero point.</summary>
    internal static QuantizedSource? Of(Value? value)
    {
        if (value is not { DataType: DataType.Float32, Producer: { } node } || !node.Is("DequantizeLinear") || node.Input(0) is not { IsConstant: false } codes)
            return null;
        return QuantizationParameters.Of(node, codes.DataType) is { } p ? new QuantizedSource(codes, p.Scale, p.ZeroPoint, p.IsSigned, node) : null;
    }
}
