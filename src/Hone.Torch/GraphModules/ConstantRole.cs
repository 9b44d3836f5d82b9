namespace Hone.Torch.GraphModules;

/// <summary>What a constant of a graph is to training.</summary>
internal enum ConstantRole
{
    /// <summary>Never changes.</summary>
    Fixed,

    /// <summary>Trained by gradients: a parameter.</summary>
    Weight,

    /// <summary>Mean or variance of a batch normalization: a buffer that training moves.</summary>
    RunningStatistic,
}
