namespace Hone.Operators.Recurrent;

/// <summary>One direction in the middle of its walk over time: the states, and what the step at hand needs.</summary>
internal sealed class RecurrentStep
{
    /// <value>Number of sequences.</value>
    public required int Batch { get; init; }

    /// <value>Size of a hidden state.</value>
    public required int HiddenSize { get; init; }

    /// <value>The weights' products.</value>
    public required RecurrentWeights Weights { get; init; }

    /// <value>The activations in the operator's order.</value>
    public required Activation[] Activations { get; init; }

    /// <value>Bound of what goes into an activation; infinite for none.</value>
    public required double Clip { get; init; }

    /// <value>Bias of the recurrence <c>[gates · hidden]</c>.</value>
    public required double[] HiddenBias { get; init; }

    /// <value>Peephole weights <c>[3 · hidden]</c> of an LSTM, zeros when it has none.</value>
    public required double[] Peepholes { get; init; }

    /// <value>Hidden states <c>[batch, hidden]</c>, replaced by the step.</value>
    public required double[] Hidden { get; init; }

    /// <value>Cell states <c>[batch, hidden]</c> of an LSTM, replaced by the step.</value>
    public required double[] Cell { get; init; }

    /// <value>Products of the input with its bias <c>[batch, gates · hidden]</c>.</value>
    public required double[] InputSums { get; init; }

    /// <value>Products of the hidden states with their bias <c>[batch, gates · hidden]</c>.</value>
    public required double[] HiddenSums { get; init; }

    /// <value>Whether a sequence still runs; the states of one that ended stay.</value>
    public required bool[] IsActive { get; init; }

    /// <summary>Clips and applies an activation.</summary>
    public double Activate(int activation, double value) => Activations[activation].Function(Math.Clamp(value, -Clip, Clip));

    /// <summary>Products of some hidden states with the recurrence weights and their bias, into <see cref="HiddenSums"/>.</summary>
    public void ProjectHidden(ReadOnlySpan<double> hidden)
    {
        for (int entry = 0; entry < Batch; entry++)
            HiddenBias.CopyTo(HiddenSums.AsSpan(entry * HiddenBias.Length));
        Weights.AddHidden(hidden, HiddenSums);
    }
}
