namespace Hone.Kernels.Recurrent;

/// <summary>8-bit weights of one direction, s8 with zero point 0, for a layer that quantizes its inputs and hidden states by their own ranges.</summary>
public readonly ref struct QuantizedRecurrentWeights
{
    /// <value>[gates * hidden, input].</value>
    public required ReadOnlySpan<sbyte> Input { get; init; }

    /// <value>One scale, or [gates * hidden].</value>
    public required ReadOnlySpan<float> InputScales { get; init; }

    /// <value>[gates * hidden, hidden].</value>
    public required ReadOnlySpan<sbyte> Hidden { get; init; }

    /// <value>One scale, or [gates * hidden].</value>
    public required ReadOnlySpan<float> HiddenScales { get; init; }

    /// <value>[2 * gates * hidden] in fp32, first of the input, then of the recurrence; or empty.</value>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <value>[3 * hidden] in the order input, output, forget, for an LSTM; or empty.</value>
    public ReadOnlySpan<float> Peepholes { get; init; }
}
