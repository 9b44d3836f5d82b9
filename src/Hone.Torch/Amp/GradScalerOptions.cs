namespace Hone.Torch.Amp;

/// <summary>How a <see cref="GradScaler"/> adapts its scale. The defaults are PyTorch's.</summary>
public sealed record GradScalerOptions
{
    /// <value>The scale to begin with. Default 65536; above 0.</value>
    public double InitialScale { get; init; } = 65536;

    /// <value>The scale is multiplied by this after enough steps without overflow. Default 2; above 1.</value>
    public double GrowthFactor { get; init; } = 2;

    /// <value>The scale is multiplied by this after a step with infinite or NaN gradients. Default 0.5; in (0, 1).</value>
    public double BackoffFactor { get; init; } = 0.5;

    /// <value>So many steps in a row without overflow make the scale grow. Default 2000; at least 1.</value>
    public int GrowthInterval { get; init; } = 2000;

    /// <value>Whether scaling happens at all; switched off, every method passes through. Default true.</value>
    public bool Enabled { get; init; } = true;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(InitialScale);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(GrowthFactor, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BackoffFactor);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(BackoffFactor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(GrowthInterval, 1);
    }
}
