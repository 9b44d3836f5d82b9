namespace Hone.Torch.Pruning;

/// <summary>Much at first, less and less towards the end: <c>s(t) = s_f + (s_i - s_f) * (1 - t)^power</c> for t in [0, 1].</summary>
/// <remarks>Zhu and Gupta, To Prune, or Not to Prune, 2017, equation 1, where the power is 3.</remarks>
public sealed record PolynomialSchedule : PruningSchedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="finalSparsity">Fraction of zeros at the end, in [0, 1).</param>
    /// <param name="beginStep">The step of the first pruning.</param>
    /// <param name="endStep">The step of the last pruning.</param>
    /// <param name="frequency">Steps between two prunings.</param>
    /// <param name="initialSparsity">Fraction of zeros after the first pruning, in [0, 1).</param>
    /// <param name="power">Above 0; 1 is a straight line.</param>
    public PolynomialSchedule(double finalSparsity, int beginStep, int endStep, int frequency = 1, double initialSparsity = 0, double power = 3)
        : base(finalSparsity, beginStep, endStep, frequency)
    {
        CheckSparsity(initialSparsity, nameof(initialSparsity));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(power);
        (InitialSparsity, Power) = (initialSparsity, power);
    }

    /// <value>Fraction of zeros after the first pruning.</value>
    public double InitialSparsity { get; }

    /// <value>The exponent.</value>
    public double Power { get; }

    /// <inheritdoc/>
    protected override double Sparsity(double progress) => FinalSparsity + ((InitialSparsity - FinalSparsity) * Math.Pow(1 - progress, Power));
}
