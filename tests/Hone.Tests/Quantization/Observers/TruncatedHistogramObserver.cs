using Hone.Quantization;
using Hone.Quantization.Observers;
using Hone.Tensors;

namespace Hone.Tests.Quantization.Observers;

/// <summary>
/// The histogram observer of PyTorch 1.13, whose histogram spans the bounds truncated to integers and drops what lies outside. Later versions, and
/// Hone, count over the real bounds; the search for the best range, which is what the cases check, is the same.
/// </summary>
internal sealed class TruncatedHistogramObserver(QuantizationSpec spec) : Observer(spec)
{
    private const int BinCount = 2048;

    private float[] _bins = new float[BinCount];
    private ObservedRange _range = ObservedRange.Empty;

    public override IReadOnlyList<ObservedRange> Ranges => [_range];

    public override QuantizationParameters Parameters() => Spec.Parameters([HistogramRangeSearch.Run(_bins, _range)]);

    protected override void Observe(ReadOnlySpan<float> elements, TensorShape shape)
    {
        Assert.True(_range.IsEmpty, "PyTorch 1.13 merges batches by another rule; feed everything as one.");
        _range = RangesOf(elements, shape)[0];
        (float low, float high) = (MathF.Truncate(_range.Minimum), MathF.Truncate(_range.Maximum));
        if (low == high)
            (low, high) = (_range.Minimum, _range.Maximum);
        if (low == high)
            (low, high) = (low - 1, high + 1);
        _bins = new float[BinCount];
        foreach (float element in elements)
        {
            if (element < low || element > high)
                continue;
            int bin = (int)((element - low) / (high - low) * BinCount);
            _bins[Math.Min(bin, BinCount - 1)]++;
        }
    }
}
