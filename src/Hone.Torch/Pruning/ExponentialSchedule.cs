namespace Hone.Torch.Pruning;

/// <summary>
/// Each pruning takes the same fraction of what is left, which so falls exponentially: <c>1 - s(t) = (1 - s_i)^(1-t) * (1 - s_f)^t</c>.
/// </summary>
public sealed record ExponentialSchedule : PruningSchedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="finalSparsity">Fraction of zeros at the end, in [0, 1).</param>
    /// <param name="beginStep">The step of the first pruning.</param>
    /// <param name="endStep">The step of the last pruning.</param>
    /// <param name="frequency">Steps between two prunings.</param>
    /// <param name="initialSparsity">Fraction of zeros after the first pruning, in [0, 1).</param>
    public ExponentialSchedule(double finalSparsity, int beginStep, int endStep, int frequency = 1, double initialSparsity = 0)
        : base(finalSparsity, beginStep, endStep, frequency)
    {
        CheckSparsity(initialSparsity, nameof(initialSparsity));
        InitialSparsity = initialSparsity;
    }

    /// <value>Fraction of zeros after the first pruning.</value>
    public double InitialSparsity { get; }

    /// <inheritdoc/>
    protected override double Sparsity(double progress) =>
        1 - (Math.Pow(1 - InitialSparsity, 1 - progress) * Math.Pow(1 - FinalSparsity, progress));
}
