namespace Hone.Compression.Channels;

/// <summary>Layers whose output channels can only be removed together, at the same places.</summary>
/// <param name="Layers">Names of the nodes that produce the channels; convolutions behind one residual addition are in one group.</param>
/// <param name="Importance">The importance of each channel, relative to the mean of each layer, averaged over the layers.</param>
/// <param name="Removed">Places of the channels to remove, ascending.</param>
/// <param name="IsPinned">Whether the channels stay whatever is asked for: they reach an output or an operator that needs all of them.</param>
public sealed record ChannelGroup(IReadOnlyList<string> Layers, IReadOnlyList<double> Importance, IReadOnlyList<int> Removed, bool IsPinned)
{
    /// <value>Number of channels; those that only go together count once.</value>
    public int ChannelCount => Importance.Count;

    /// <summary>For example <c>conv1, conv2: 16 of 32</c>.</summary>
    public override string ToString() => $"{string.Join(", ", Layers)}: {ChannelCount - Removed.Count} of {ChannelCount}";
}
