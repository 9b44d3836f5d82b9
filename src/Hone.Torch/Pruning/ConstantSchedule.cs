namespace Hone.Torch.Pruning;

/// <summary>All at once: the final sparsity from the first pruning on.</summary>
public sealed record ConstantSchedule : PruningSchedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="sparsity">Fraction of zeros, in [0, 1).</param>
    /// <param name="beginStep">The step of the pruning.</param>
    public ConstantSchedule(double sparsity, int beginStep = 0)
        : base(sparsity, beginStep, beginStep, 1)
    {
    }

    /// <inheritdoc/>
    protected override double Sparsity(double progress) => FinalSparsity;
}
