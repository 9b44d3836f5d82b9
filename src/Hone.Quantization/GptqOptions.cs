namespace Hone.Quantization;

/// <summary>How GPTQ rounds.</summary>
public sealed record GptqOptions
{
    /// <value>Share of the mean of the Hessian's diagonal that is added to it, in (0, 1]. Default 0.01.</value>
    public float Damping { get; init; } = 0.01f;

    /// <value>
    /// Whether columns are rounded in the order of how much their inputs vary, most first; scales are then found before any rounding. Default
    /// false.
    /// </value>
    public bool OrdersByActivation { get; init; }

    /// <value>Times that each code and each scale is improved after the rounding with all others fixed, at least 0. Default 20; 0 is plain GPTQ.</value>
    public int RefinementSweeps { get; init; } = 20;

    /// <value>
    /// Whether each layer is calibrated on inputs that the layers before it give once they are quantized, which costs a run of all batches for every
    /// input of layers. Default false: all layers are calibrated on the inputs of the float model.
    /// </value>
    public bool CalibratesInSequence { get; init; }

    /// <value>
    /// With <see cref="CalibratesInSequence"/>: whether weights are first moved to where the product with the inputs of the quantized model comes nearest
    /// to the float model's, as a share of the way, in [0, 1]. Default 0.
    /// </value>
    public float InputCorrection { get; init; }

    /// <value>Rows of the inputs of each layer that are used at most, at least 1. Default 65536.</value>
    public int MostRows { get; init; } = 65_536;
}
