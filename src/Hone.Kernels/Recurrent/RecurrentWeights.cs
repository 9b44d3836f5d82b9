namespace Hone.Kernels.Recurrent;

/// <summary>Weights of one direction as ONNX lays them out.</summary>
public readonly ref struct RecurrentWeights
{
    /// <value>[gates * hidden, input].</value>
    public required ReadOnlySpan<float> Input { get; init; }

    /// <value>[gates * hidden, hidden].</value>
    public required ReadOnlySpan<float> Hidden { get; init; }

    /// <value>[2 * gates * hidden], first of the input, then of the recurrence; or empty.</value>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <value>[3 * hidden] in the order input, output, forget, for an LSTM; or empty.</value>
    public ReadOnlySpan<float> Peepholes { get; init; }
}
