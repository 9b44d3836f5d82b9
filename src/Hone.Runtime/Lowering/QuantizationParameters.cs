using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering;

/// <summary>Scale and zero point of 8-bit codes, one pair for the whole tensor.</summary>
/// <param name="Scale">Positive and finite.</param>
/// <param name="ZeroPoint">In the range of the codes' type.</param>
/// <param name="IsSigned">Whether the codes are s8.</param>
internal readonly record struct QuantizationParameters(float Scale, int ZeroPoint, bool IsSigned)
{
    /// <summary>Smallest code.</summary>
    internal int Minimum => IsSigned ? -128 : 0;

    /// <summary>Largest code.</summary>
    internal int Maximum => IsSigned ? 127 : 255;

    /// <summary>Reads inputs 1 and 2 of a node that quantizes or dequantizes; null unless they are single constants and the codes have 8 bits.</summary>
    internal static QuantizationParameters? Of(Node node, DataType codes)
    {
        if (codes is not (DataType.UInt8 or DataType.Int8) || node.Input(1)?.Constant is not { ElementCount: 1, DataType: DataType.Float32 } scale)
            return null;
        float number = scale.AsSpan<float>()[0];
        int zeroPoint = 0;
        if (node.Input(2) is { } input)
        {
            if (input.Constant is not { ElementCount: 1 } tensor || tensor.DataType != codes)
                return null;
            zeroPoint = (int)tensor.ToInt64Array()[0];
        }

        return number > 0 && float.IsFinite(number) ? new QuantizationParameters(number, zeroPoint, codes == DataType.Int8) : null;
    }

    /// <summary>The parameters of a node <c>QuantizeLinear</c>, or null.</summary>
    internal static QuantizationParameters? OfQuantize(Node? node) => node is not null && node.Is("QuantizeLinear") ? Of(node, node.Output.DataType) : null;

    /// <summary>The code of a number, by the rule of <c>QuantizeLinear</c>.</summary>
    internal int Quantize(float value) =>
        (int)(MathF.Round(Math.Clamp(value / Scale, Minimum - ZeroPoint, Maximum - ZeroPoint), MidpointRounding.ToEven) + ZeroPoint);
}
