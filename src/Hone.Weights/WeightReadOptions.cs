namespace Hone.Weights;

/// <summary>How a file of weights is read.</summary>
public sealed record WeightReadOptions
{
    /// <value>The defaults.</value>
    public static WeightReadOptions Default { get; } = new();

    /// <value>
    /// Which dictionary of a checkpoint holds the weights, for example <c>state_dict</c>; <c>a.b</c> descends. Null takes the whole checkpoint where it
    /// is a state dictionary, else its only entry that is one. Safetensors files have no such levels.
    /// </value>
    public string? Key { get; init; }

    /// <value>Largest pickle that is read, in bytes; the elements of the tensors do not count. Default 16 MiB.</value>
    public long MaxPickleBytes { get; init; } = 16L << 20;

    /// <value>Largest header of a safetensors file that is read, in bytes. Default 100 MB, the limit of the format's own library.</value>
    public long MaxHeaderBytes { get; init; } = 100_000_000;
}
