using Hone.Tensors;

namespace Hone.Quantization.Observers;

/// <summary>Keeps a histogram and cuts off a fixed share of the elements at both ends, which removes lone outliers whatever they cost.</summary>
/// <remarks>As ONNX Runtime's percentile calibration: the share is split evenly between the tails. One scale for the tensor.</remarks>
public sealed class PercentileObserver : Observer
{
    private const int BinCount = 2048;

    private readonly Histogram _histogram = new(BinCount);
    private readonly double _percentile;

    /// <summary>Creates an observer.</summary>
    /// <param name="spec">One scale for the tensor.</param>
    /// <param name="percentile">Share of the elements that is kept, in percent, in (50, 100]. Default 99.999.</param>
    /// <exception cref="QuantizationException">The percentile is out of its range, or the specification asks for one scale for each channel.</exception>
    public PercentileObserver(QuantizationSpec spec, double percentile = 99.999)
        : base(spec)
    {
        if (!(percentile > 50 && percentile <= 100))
            throw new QuantizationException($"The percentile must lie in (50, 100]; got {percentile}.");
        if (spec.Axis is not null)
            throw new QuantizationException("A percentile observer has one scale for the tensor; take a min-max observer for channels.");
        _percentile = percentile;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ObservedRange> Ranges => [_histogram.Range];

    /// <inheritdoc/>
    public override QuantizationParameters Parameters() => _histogram.Range.IsEmpty ? base.Parameters() : Spec.Parameters([KeptRange()]);

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<float> elements, TensorShape shape) => _histogram.Add(elements, RangesOf(elements, shape)[0]);

    /// <inheritdoc/>
    protected override float[]? SaveBins() => _histogram.Bins;

    /// <inheritdoc/>
    protected override void MergeState(ObserverState state) => _histogram.Add(state);

    private ObservedRange KeptRange()
    {
        double total = _histogram.Bins.Sum(b => (double)b);
        double tail = total * (100 - _percentile) / 200;
        int first = 0;
        for (double below = _histogram.Bins[0]; below <= tail && first < BinCount - 1; below += _histogram.Bins[first])
            first++;
        int last = BinCount - 1;
        for (double above = _histogram.Bins[last]; above <= tail && last > first; above += _histogram.Bins[last])
            last--;
        float minimum = _histogram.Range.Minimum;
        return new ObservedRange(minimum + (first * _histogram.BinWidth), minimum + ((last + 1) * _histogram.BinWidth));
    }
}
