namespace Hone.Report.Comparisons;

/// <summary>How far a tensor of one model is from the same tensor of another, over all samples.</summary>
public sealed record TensorError
{
    /// <value>Name of the value in the reference model.</value>
    public required string Name { get; init; }

    /// <value>Operator that produces it, or empty.</value>
    public required string OperatorName { get; init; }

    /// <value>
    /// Signal to quantization noise, <c>10 log10(sum x^2 / sum (x - y)^2)</c>; decibels. Positive infinity when the tensors are equal; NaN when
    /// either holds NaN or infinity.
    /// </value>
    public required double SqnrDecibels { get; init; }

    /// <value>Largest absolute difference of two elements.</value>
    public required double MaximumError { get; init; }

    /// <value>Mean absolute difference.</value>
    public required double MeanError { get; init; }

    /// <value>Elements that were compared.</value>
    public required long ElementCount { get; init; }

    /// <value>
    /// Share of rows (along the last axis) in which both have the largest element at the same place, 0 to 1; null for tensors without rows of at
    /// least two elements.
    /// </value>
    public double? SameArgMax { get; init; }
}
