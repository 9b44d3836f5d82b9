using Hone.Numerics;

namespace Hone.Operators.Recurrent;

/// <summary>Floating-point weights.</summary>
/// <param name="input"><c>[time, batch, inputSize]</c>.</param>
/// <param name="inputWeights"><c>[inputSize, gates · hidden]</c>.</param>
/// <param name="hiddenWeights"><c>[hidden, gates · hidden]</c>.</param>
/// <param name="inputSize">Elements of an input row.</param>
/// <param name="hiddenSize">Elements of a hidden state.</param>
internal sealed class FloatRecurrentWeights(double[] input, double[] inputWeights, double[] hiddenWeights, int inputSize, int hiddenSize) : RecurrentWeights
{
    public override void AddInput(int row, Span<double> sums) =>
        MatrixProduct.Add(input.AsSpan(row * inputSize, inputSize), inputWeights, sums, 1, inputSize, sums.Length);

    public override void AddHidden(ReadOnlySpan<double> hidden, Span<double> sums)
    {
        int batch = hidden.Length / hiddenSize;
        MatrixProduct.Add(hidden, hiddenWeights, sums, batch, hiddenSize, sums.Length / batch);
    }
}
