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

    private ObservedRange Average(ObservedRange old, ObservedRange batch) => new(
        old.Minimum + (averagingConstant * (batch.Minimum - old.Minimum)),
        old.Maximum + (averagingConstant * (batch.Maximum - old.Maximum)));
}
