using Hone.Numerics;
using Hone.Operators.Quantization;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>Scale and zero point of a whole tensor of codes.</summary>
internal readonly record struct TensorParameters(float Scale, int ZeroPoint, DataType DataType)
{
    /// <summary>Reads them from a scale and a zero point input.</summary>
    /// <param name="context">The node's inputs.</param>
    /// <param name="scale">Index of the scale.</param>
    /// <param name="zeroPoint">Index of the zero point, which is 0 when left out.</param>
    /// <param name="dataType">The codes' type when there is no zero point.</param>
    public static TensorParameters Read(EvaluationContext context, int scale, int zeroPoint, DataType dataType)
    {
        float value = CodeArrays.Single(context.Node, context.Input(scale));
        if (context.OptionalInput(zeroPoint) is not { } tensor)
            return new TensorParameters(value, 0, dataType);
        return tensor.ElementCount == 1
            ? new TensorParameters(value, TensorConversion.Widen<int>(tensor)[0], tensor.DataType)
            : throw context.Error($"a zero point of one element is expected, got {tensor}.");
    }

    /// <summary>The real numbers that the codes stand for.</summary>
    public Tensor Dequantize(Tensor codes)
    {
        Tensor result = new(DataType.Float32, codes.Shape);
        Span<float> values = result.AsSpan<float>();
        ReadOnlySpan<int> integers = TensorConversion.Widen<int>(codes);
        for (int i = 0; i < values.Length; i++)
            values[i] = AffineQuantization.Dequantize(integers[i], Scale, ZeroPoint);
        return result;
    }

    /// <summary>The codes of real numbers.</summary>
    public Tensor Quantize(Tensor real)
    {
        (int minimum, int maximum) = CodeTypes.Range(DataType);
        ReadOnlySpan<float> values = real.AsSpan<float>();
        int[] codes = new int[values.Length];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = AffineQuantization.Quantize(values[i], Scale, ZeroPoint, minimum, maximum);
        return TensorConversion.Narrow<int>(codes, DataType, real.Shape);
    }
}
