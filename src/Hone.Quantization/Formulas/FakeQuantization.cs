using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Quantization.Formulas;

/// <summary>Quantizing and dequantizing at once, with PyTorch's numbers: the readable definition of what training simulates.</summary>
/// <remarks>
/// Forward: <c>q = round(x * (1 / s)) + z</c>, <c>y = (clamp(q, qmin, qmax) - z) * s</c>. Backward (straight-through estimator): the gradient passes
/// where <c>qmin &lt;= q &lt;= qmax</c> and is 0 elsewhere. PyTorch's <c>fake_quantize_per_tensor_affine</c> and <c>fake_quantize_per_channel_affine</c>.
/// </remarks>
public static class FakeQuantization
{
    /// <summary>Rounds a tensor to what its codes stand for.</summary>
    /// <param name="x">float32 of any shape.</param>
    /// <param name="parameters">One scale, or one for each index along an axis.</param>
    /// <param name="quantMin">Smallest code.</param>
    /// <param name="quantMax">Largest code.</param>
    /// <returns>A tensor of the same shape; the caller disposes it.</returns>
    public static Tensor Forward(Tensor x, QuantizationParameters parameters, int quantMin, int quantMax)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(parameters);
        Tensor y = new(DataType.Float32, x.Shape);
        ReadOnlySpan<float> input = x.AsSpan<float>();
        Span<float> output = y.AsSpan<float>();
        ChannelIndex channels = new(x.Shape, parameters.Axis);
        for (int i = 0; i < input.Length; i++)
        {
            (float scale, int zeroPoint) = (parameters.Scales[channels.Of(i)], parameters.ZeroPoints[channels.Of(i)]);
            int code = AffineQuantization.QuantizeByReciprocal(input[i], scale, zeroPoint, quantMin, quantMax);
            output[i] = AffineQuantization.Dequantize(code, scale, zeroPoint);
        }

        GC.KeepAlive(x);
        return y;
    }

    /// <summary>The gradient with respect to the input.</summary>
    /// <param name="x">The input of the forward pass.</param>
    /// <param name="outputGradient">Gradient with respect to the output; float32 of the same shape.</param>
    /// <param name="parameters">As in the forward pass.</param>
    /// <param name="quantMin">Smallest code.</param>
    /// <param name="quantMax">Largest code.</param>
    /// <returns>A tensor of the same shape; the caller disposes it.</returns>
    /// <exception cref="ShapeMismatchException">The gradient has another shape than the input.</exception>
    public static Tensor Backward(Tensor x, Tensor outputGradient, QuantizationParameters parameters, int quantMin, int quantMax)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(outputGradient);
        ArgumentNullException.ThrowIfNull(parameters);
        if (!x.Shape.Equals(outputGradient.Shape))
            throw new ShapeMismatchException("The gradient", x.Shape.ToString(), outputGradient.Shape.ToString());
        Tensor gradient = new(DataType.Float32, x.Shape);
        ReadOnlySpan<float> input = x.AsSpan<float>();
        ReadOnlySpan<float> incoming = outputGradient.AsSpan<float>();
        Span<float> result = gradient.AsSpan<float>();
        ChannelIndex channels = new(x.Shape, parameters.Axis);
        for (int i = 0; i < input.Length; i++)
        {
            float inverse = 1f / parameters.Scales[channels.Of(i)];
            double code = (double)MathF.Round(input[i] * inverse) + parameters.ZeroPoints[channels.Of(i)];
            result[i] = code >= quantMin && code <= quantMax ? incoming[i] : 0;
        }

        GC.KeepAlive(x);
        GC.KeepAlive(outputGradient);
        return gradient;
    }
}
