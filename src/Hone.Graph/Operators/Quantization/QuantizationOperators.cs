namespace Hone.Operators.Quantization;

/// <summary>Operators between real numbers and integers with a scale and a zero point.</summary>
internal static class QuantizationOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new DequantizeLinear(),
        new DynamicQuantizeLinear(),
        new QuantizeLinear(),
    ];
}
