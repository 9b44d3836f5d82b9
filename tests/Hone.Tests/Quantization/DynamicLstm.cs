using System.Text.Json;

namespace Hone.Tests.Quantization;

/// <summary>One direction of a layer of PyTorch's dynamic LSTM: the inputs are quantized as a whole, the hidden state anew at each step.</summary>
internal sealed class DynamicLstm
{
    private readonly DynamicLinear _input;
    private readonly DynamicLinear _hidden;
    private readonly int _size;

    internal DynamicLstm(JsonElement state, string suffix)
    {
        _input = Linear("ih");
        _hidden = Linear("hh");
        _size = state.GetProperty($"bias_hh{suffix}").Floats("data").Length / 4;

        DynamicLinear Linear(string name) =>
            new(state.GetProperty($"weight_{name}{suffix}").ToTensor(), state.GetProperty($"bias_{name}{suffix}").Floats("data"));
    }

    /// <param name="sequence">For each step the features of the whole batch.</param>
    /// <param name="batch">Entries of the batch.</param>
    /// <param name="isReversed">From the last step to the first.</param>
    /// <returns>The hidden state at each step, and the last hidden and cell states.</returns>
    internal (float[][] Outputs, float[] Hidden, float[] Cell) Run(float[][] sequence, int batch, bool isReversed)
    {
        float[][] projected = [.. _input.Apply([.. sequence.SelectMany(s => s)]).Chunk(batch * 4 * _size)];
        float[] hidden = new float[batch * _size];
        float[] cell = new float[batch * _size];
        float[][] outputs = new float[sequence.Length][];
        foreach (int step in isReversed ? Enumerable.Range(0, sequence.Length).Reverse() : Enumerable.Range(0, sequence.Length))
        {
            float[] gates = [.. projected[step].Zip(_hidden.Apply(hidden), (a, b) => a + b)];
            for (int i = 0; i < hidden.Length; i++)
            {
                (int entry, int unit) = Math.DivRem(i, _size);
                float forget = Sigmoid(Gate(1));
                cell[i] = (forget * cell[i]) + (Sigmoid(Gate(0)) * MathF.Tanh(Gate(2)));
                hidden[i] = Sigmoid(Gate(3)) * MathF.Tanh(cell[i]);

                float Gate(int number) => gates[(entry * 4 * _size) + (number * _size) + unit];
            }

            outputs[step] = (float[])hidden.Clone();
        }

        return (outputs, hidden, cell);
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
