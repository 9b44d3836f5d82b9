using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Quantization;

/// <summary>Constants stored as integers with a <c>DequantizeLinear</c> behind them.</summary>
internal static class QuantizedConstants
{
    /// <summary>The weight as integers, dequantized.</summary>
    internal static Value Weight(GraphPatch patch, Value weight, QuantizationParameters parameters)
    {
        Value codes = patch.Constant($"{weight.Name}_quantized", Codes.Quantize(weight.Constant!, parameters));
        Value scale = patch.Constant($"{weight.Name}_scale", parameters.ScaleTensor());
        Value zeroPoint = patch.Constant($"{weight.Name}_zero_point", parameters.ZeroPointTensor());
        return Dequantize(patch, weight.Name, codes, scale, zeroPoint, parameters.Axis);
    }

    /// <summary>The bias as 32-bit integers of scale input * weight, dequantized; null when an element does not fit.</summary>
    /// <remarks>This is the form in which an integer kernel adds it to its sum of products.</remarks>
    internal static Value? Bias(GraphPatch patch, Value bias, QuantizationParameters input, QuantizationParameters weight)
    {
        ReadOnlySpan<float> elements = bias.Constant!.AsSpan<float>();
        if (bias.Shape is not { Rank: 1 } || (weight.Axis is not null && weight.Scales.Length != elements.Length))
            return null;
        float[] scales = Array.ConvertAll(weight.Scales, s => input.Scale * s);
        int[] codes = new int[elements.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            double code = Math.Round(elements[i] / (double)scales[scales.Length == 1 ? 0 : i]);
            if (!(Math.Abs(code) < int.MaxValue))
                return null;
            codes[i] = (int)code;
        }

        int? axis = weight.Axis is null ? null : 0;
        Value quantized = patch.Constant($"{bias.Name}_quantized", Tensor.Vector<int>(codes));
        Value scale = patch.Constant($"{bias.Name}_scale", axis is null ? Tensor.Scalar(scales[0]) : Tensor.Vector<float>(scales));
        // Without a zero point it is 0; one for each channel would be a quarter of what a bias takes.
        return Dequantize(patch, bias.Name, quantized, scale, null, axis);
    }

    private static Value Dequantize(GraphPatch patch, string name, Value codes, Value scale, Value? zeroPoint, int? axis) =>
        patch.Node("DequantizeLinear", zeroPoint is null ? [codes, scale] : [codes, scale, zeroPoint], axis is { } a ? AttributeMap.Of(("axis", a)) : null, $"{name}_dequantized");
}
