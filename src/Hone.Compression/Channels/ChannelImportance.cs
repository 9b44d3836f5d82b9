namespace Hone.Compression.Channels;

/// <summary>What makes an output channel important: a function of the weights that produce it.</summary>
public enum ChannelImportance
{
    /// <summary>Sum of magnitudes. Li et al., Pruning Filters for Efficient ConvNets, 2017.</summary>
    L1,

    /// <summary>Euclidean norm.</summary>
    L2,

    /// <summary>
    /// Sum of Euclidean distances to the other channels' weights: what others can replace is unimportant. He et al., Filter Pruning via
    /// Geometric Median, 2019.
    /// </summary>
    GeometricMedian,
}
