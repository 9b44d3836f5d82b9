namespace Hone.Report.Measurements;

/// <summary>How many of a set of samples a classifier got right.</summary>
/// <param name="CorrectCount">Samples whose largest output is that of the right class.</param>
/// <param name="SampleCount">Samples in all, at least 1.</param>
public sealed record AccuracyMeasurement(int CorrectCount, int SampleCount)
{
    /// <value>Share of right answers, 0 to 1.</value>
    public double Accuracy => (double)CorrectCount / SampleCount;

    /// <summary>What is lost against a baseline, in percentage points; negative when this is better.</summary>
    public double DropFrom(AccuracyMeasurement baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return (baseline.Accuracy - Accuracy) * 100;
    }
}
