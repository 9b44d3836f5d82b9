using Hone.Tensors;

namespace Hone.Quantization.Observers;

/// <summary>Keeps the smallest and largest element of all batches: PyTorch's <c>MinMaxObserver</c> and <c>PerChannelMinMaxObserver</c>.</summary>
/// <param name="spec">With an axis it keeps a range for each channel.</param>
public sealed class MinMaxObserver(QuantizationSpec spec) : Observer(spec)
{
    private ObservedRange[] _ranges = [ObservedRange.Empty];

    /// <inheritdoc/>
    public override IReadOnlyList<ObservedRange> Ranges => _ranges;

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<float> elements, TensorShape shape) => Add(RangesOf(elements, shape));

    /// <inheritdoc/>
    protected override void MergeState(ObserverState state) => Add([.. state.Ranges]);

    private void Add(ObservedRange[] ranges) => _ranges = _ranges[0].IsEmpty ? ranges : [.. _ranges.Zip(ranges, (a, b) => a.Union(b))];
}
