namespace Hone.Torch.Pruning;

/// <summary>Which sparsity a parameter should have after so many steps of training.</summary>
/// <remarks><see cref="Prune"/> prunes a fraction of what is left: <see cref="AmountAt"/> gives that fraction for each pruning of the
/// schedule.</remarks>
public abstract record PruningSchedule
{
    /// <summary>Creates a schedule.</summary>
    /// <param name="finalSparsity">Fraction of zeros at the end, in [0, 1).</param>
    /// <param name="beginStep">The step of the first pruning, at least 0.</param>
    /// <param name="endStep">The step of the last pruning, at least <paramref name="beginStep"/>.</param>
    /// <param name="frequency">Steps between two prunings, at least 1.</param>
    protected PruningSchedule(double finalSparsity, int beginStep, int endStep, int frequency)
    {
        CheckSparsity(finalSparsity, nameof(finalSparsity));
        ArgumentOutOfRangeException.ThrowIfNegative(beginStep);
        ArgumentOutOfRangeException.ThrowIfLessThan(endStep, beginStep);
        ArgumentOutOfRangeException.ThrowIfLessThan(frequency, 1);
        (FinalSparsity, BeginStep, EndStep, Frequency) = (finalSparsity, beginStep, endStep, frequency);
    }

    /// <value>Fraction of zeros at the end.</value>
    public double FinalSparsity { get; }

    /// <value>The step of the first pruning.</value>
    public int BeginStep { get; }

    /// <value>The step of the last pruning.</value>
    public int EndStep { get; }

    /// <value>Steps between two prunings.</value>
    public int Frequency { get; }

    /// <summary>Whether the schedule prunes at a step; the last step always is one.</summary>
    public bool PrunesAt(int step) => step >= BeginStep && step <= EndStep && (step == EndStep || (step - BeginStep) % Frequency == 0);

    /// <summary>The sparsity aimed at after a step: 0 before the first pruning, the final one after the last.</summary>
    public double SparsityAt(int step)
    {
        if (step < BeginStep)
            return 0;
        // Between two prunings nothing changes.
        int last = step >= EndStep ? EndStep : step - ((step - BeginStep) % Frequency);
        double progress = EndStep == BeginStep ? 1 : (double)(last - BeginStep) / (EndStep - BeginStep);
        return Sparsity(progress);
    }

    /// <summary>The fraction of the elements that are left to prune at a step, given the sparsity there is.</summary>
    /// <param name="step">The step.</param>
    /// <param name="present">Present fraction of zeros.</param>
    /// <returns>In [0, 1]; 0 when the sparsity is reached, or the schedule does not prune at this step.</returns>
    public double AmountAt(int step, double present)
    {
        double target = SparsityAt(step);
        return !PrunesAt(step) || present >= target ? 0 : (target - present) / (1 - present);
    }

    /// <summary>The sparsity at a fraction of the way from the first pruning to the last.</summary>
    protected abstract double Sparsity(double progress);

    private protected static void CheckSparsity(double value, string name)
    {
        if (value is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(name, value, "A sparsity lies in [0, 1).");
    }
}
