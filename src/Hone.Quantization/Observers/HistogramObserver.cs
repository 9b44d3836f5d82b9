using Hone.Tensors;

namespace Hone.Quantization.Observers;

/// <summary>Keeps a histogram and cuts off the tails whose rounding costs less than their range does: PyTorch's <c>HistogramObserver</c>.</summary>
/// <remarks>The search narrows the range from both ends while the expected squared rounding error on 256 codes falls. One scale for the tensor.</remarks>
public sealed class HistogramObserver : Observer
{
    private const int BinCount = 2048;

    private readonly Histogram _histogram = new(BinCount);

    /// <summary>Creates an observer.</summary>
    /// <exception cref="QuantizationException">The specification asks for one scale for each channel.</exception>
    public HistogramObserver(QuantizationSpec spec)
        : base(spec)
    {
        if (spec.Axis is not null)
            throw new QuantizationException("A histogram observer has one scale for the tensor; take a min-max observer for channels.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ObservedRange> Ranges => [_histogram.Range];

    /// <inheritdoc/>
    public override QuantizationParameters Parameters() =>
        _histogram.Range.IsEmpty ? base.Parameters() : Spec.Parameters([HistogramRangeSearch.Run(_histogram.Bins, _histogram.Range)]);

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<float> elements, TensorShape shape) => _histogram.Add(elements, RangesOf(elements, shape)[0]);

    /// <inheritdoc/>
    protected override float[]? SaveBins() => _histogram.Bins;

    /// <inheritdoc/>
    protected override void MergeState(ObserverState state) => _histogram.Add(state);
}
