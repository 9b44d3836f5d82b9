using Hone.Numerics;
using Hone.Quantization;
using Hone.Quantization.Formulas;
using Hone.Quantization.Observers;
using Hone.Tensors;

namespace Hone.Tests.Quantization;

/// <summary>PyTorch's dynamic linear layer, put together from the library's weights and formulas.</summary>
internal sealed class DynamicLinear
{
    private readonly float[] _bias;
    private readonly int _inputs;

    /// <param name="weight"><c>[outputs, inputs]</c>.</param>
    /// <param name="bias"><c>[outputs]</c>.</param>
    internal DynamicLinear(Tensor weight, float[] bias)
    {
        QuantizationParameters parameters = WeightRange.Parameters("w", weight, new QuantizationSpec { DataType = DataType.Int8, IsSymmetric = true });
        WeightScale = parameters.Scale;
        WeightCodes = Array.ConvertAll(Codes.Quantize(weight, parameters).ToInt64Array(), c => (int)c);
        (_bias, _inputs) = (bias, (int)weight.Shape[1]);
    }

    internal float WeightScale { get; }

    internal int[] WeightCodes { get; }

    /// <summary>The outputs for rows of inputs.</summary>
    internal float[] Apply(float[] x)
    {
        (double exactScale, int zeroPoint) = KernelFormula.ChooseQuantizationParams(x.Min(), x.Max(), 0, 255);
        float scale = (float)exactScale;
        int[] codes = Array.ConvertAll(x, v => AffineQuantization.QuantizeByReciprocal(v, scale, zeroPoint, 0, 255));
        float[] y = new float[x.Length / _inputs * _bias.Length];
        for (int i = 0; i < y.Length; i++)
        {
            (int row, int output) = Math.DivRem(i, _bias.Length);
            int sum = 0;
            for (int k = 0; k < _inputs; k++)
                sum += (codes[(row * _inputs) + k] - zeroPoint) * WeightCodes[(output * _inputs) + k];
            y[i] = (sum * (scale * WeightScale)) + _bias[output];
        }

        return y;
    }
}
