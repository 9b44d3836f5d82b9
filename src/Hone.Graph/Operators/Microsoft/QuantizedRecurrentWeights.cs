using Hone.Operators.Quantization;
using Hone.Operators.Recurrent;

namespace Hone.Operators.Microsoft;

/// <summary>8-bit weights; what they are multiplied with is quantized by its own range.</summary>
internal sealed class QuantizedRecurrentWeights : RecurrentWeights
{
    private readonly int[] _input;
    private readonly float _inputScale;
    private readonly int _inputSize;
    private readonly QuantizedMatrix _inputWeights;
    private readonly QuantizedMatrix _hiddenWeights;

    /// <summary>Quantizes the whole input.</summary>
    /// <param name="input"><c>[time, batch, size]</c>.</param>
    /// <param name="inputWeights">Weights of the input.</param>
    /// <param name="hiddenWeights">Weights of the recurrence.</param>
    public QuantizedRecurrentWeights(float[] input, QuantizedMatrix inputWeights, QuantizedMatrix hiddenWeights)
    {
        byte[] codes = DynamicQuantization.Quantize(input, out _inputScale, out byte zeroPoint);
        _input = Array.ConvertAll(codes, code => code - zeroPoint);
        _inputSize = inputWeights.Rows;
        _inputWeights = inputWeights;
        _hiddenWeights = hiddenWeights;
    }

    public override void AddInput(int row, Span<double> sums) => _inputWeights.AddProduct(_input.AsSpan(row * _inputSize, _inputSize), _inputScale, sums);

    public override void AddHidden(ReadOnlySpan<double> hidden, Span<double> sums)
    {
        float[] values = new float[hidden.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)hidden[i];
        _hiddenWeights.AddProduct(values, sums);
    }
}
