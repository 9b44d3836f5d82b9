using Hone.Weights;

namespace Hone.Torch;

/// <summary>How the tensors of a file are mapped onto a module.</summary>
public sealed record WeightLoadOptions
{
    /// <value>
    /// Whether a missing, unexpected or misshapen tensor is an error, found before the module is changed. Default true. Otherwise what fits is
    /// loaded and the rest is listed in the result. Missing counters of batch normalizations (<c>num_batches_tracked</c>) are no error: old files lack them.
    /// </value>
    public bool IsStrict { get; init; } = true;

    /// <value>Removed from the front of names that begin with it, for example <c>module.</c>, which PyTorch's DataParallel adds. Default none.</value>
    public string RemovedPrefix { get; init; } = "";

    /// <value>Gives a tensor of the file, by its name without the prefix, its name in the module, or null to leave it out. Default: the same name.</value>
    public Func<string, string?>? Rename { get; init; }

    /// <value>How the file is read: which entry of a checkpoint, and limits.</value>
    public WeightReadOptions Reading { get; init; } = WeightReadOptions.Default;
}
