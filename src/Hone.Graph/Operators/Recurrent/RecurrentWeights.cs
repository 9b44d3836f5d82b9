namespace Hone.Operators.Recurrent;

/// <summary>The products of one direction's weights with the input and with the hidden state.</summary>
internal abstract class RecurrentWeights
{
    /// <summary>Adds the product of one input row with the input weights.</summary>
    /// <param name="row">Time · batch + entry.</param>
    /// <param name="sums"><c>[gates · hidden]</c>.</param>
    public abstract void AddInput(int row, Span<double> sums);

    /// <summary>Adds the product of the hidden states with the recurrence weights.</summary>
    /// <param name="hidden"><c>[batch, hidden]</c>.</param>
    /// <param name="sums"><c>[batch, gates · hidden]</c>.</param>
    public abstract void AddHidden(ReadOnlySpan<double> hidden, Span<double> sums);
}
