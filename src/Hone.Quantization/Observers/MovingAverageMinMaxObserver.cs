using Hone.Tensors;

namespace Hone.Quantization.Observers;

/// <summary>
/// Keeps a moving average of each batch's smallest and largest element: PyTorch's <c>MovingAverageMinMaxObserver</c> and
/// <c>MovingAveragePerChannelMinMaxObserver</c>.
/// </summary>
/// <param name="spec">With an axis it keeps a range for each channel.</param>
/// <param name="averagingConstant">Weight of a new batch, in (0, 1]; the first batch counts whole.</param>
public sealed class MovingAverageMinMaxObserver(QuantizationSpec spec, float averagingConstant = 0.01f) : Observer(spec)
{
    private ObservedRange[] _ranges = [ObservedRange.Empty];

    /// <inheritdoc/>
    public override IReadOnlyList<ObservedRange> Ranges => _ranges;

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<float> elements, TensorShape shape)
    {
        ObservedRange[] batch = RangesOf(elements, shape);
        _ranges = _ranges[0].IsEmpty ? batch : [.. _ranges.Zip(batch, Average)];
    }

    /// <inheritdoc/>
    /// <remarks>The order of the batches is not known any more: the two averages are weighed by the number of batches behind them.</remarks>
    protected override void MergeState(ObserverState state)
    {
        float weight = (float)((double)state.BatchCount / (BatchCount + state.BatchCount));
        _ranges = _ranges[0].IsEmpty ? [.. state.Ranges] : [.. _ranges.Zip(state.Ranges, (a, b) => Mix(a, b, weight))];
    }

    private static ObservedRange Mix(ObservedRange a, ObservedRange b, float weight) => new(
        a.Minimum + (weight * (b.Minimum - a.Minimum)),
        a.Maximum + (weight * (b.Maximum - a.Maximum)));

    private ObservedRange Average(ObservedRange old, ObservedRange batch) => Mix(old, batch, averagingConstant);
}
