using Hone.Tensors;

namespace Hone.Quantization.Observers;

/// <summary>Watches the batches of one tensor and says with which scale and zero point to quantize it. Its memory does not grow with the data.</summary>
public abstract class Observer
{
    /// <summary>Creates an observer of a tensor that will be quantized as specified.</summary>
    protected Observer(QuantizationSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Spec = spec;
    }

    /// <value>What the codes are to be.</value>
    public QuantizationSpec Spec { get; }

    /// <value>Smallest and largest element of each channel as the observer sees them; empty before the first batch.</value>
    public abstract IReadOnlyList<ObservedRange> Ranges { get; }

    /// <value>Number of batches seen; empty ones do not count.</value>
    public long BatchCount { get; private set; }

    /// <summary>Takes a batch in.</summary>
    /// <param name="tensor">float32 of any shape with the axis of the specification; an empty one changes nothing.</param>
    /// <exception cref="QuantizationException">An element is NaN or infinite.</exception>
    public void Observe(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.ElementCount == 0)
            return;
        ReadOnlySpan<float> elements = tensor.AsSpan<float>();
        if (ElementRange.FirstNonFinite(elements) is { } element)
            throw new QuantizationException($"Calibration data give {element} here; NaN and infinities have no place on a grid of integers.");
        Observe(elements, tensor.Shape);
        GC.KeepAlive(tensor);
        BatchCount++;
    }

    /// <summary>What was seen so far, to be saved.</summary>
    public ObserverState Save() => BatchCount == 0 ? ObserverState.Empty : new ObserverState { BatchCount = BatchCount, Ranges = [.. Ranges], Bins = SaveBins() };

    /// <summary>Adds what another observer of the same kind has seen.</summary>
    /// <exception cref="QuantizationException">The state is damaged, or that of another kind of observer or of other channels.</exception>
    public void Merge(ObserverState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.BatchCount == 0)
            return;
        if (!state.IsValid || (BatchCount > 0 && state.Ranges.Count != Ranges.Count) || (Spec.Axis is null && state.Ranges.Count != 1))
            throw new QuantizationException("The saved state of the observer is damaged, or that of another tensor.");
        MergeState(state);
        BatchCount += state.BatchCount;
    }

    /// <summary>Scale and zero point for what was seen so far.</summary>
    public virtual QuantizationParameters Parameters() => Spec.Parameters(Ranges);

    /// <summary>Takes in a batch that is known to be finite and not empty.</summary>
    protected abstract void Observe(ReadOnlySpan<float> elements, TensorShape shape);

    /// <summary>The counts of an observer that keeps a histogram, else null.</summary>
    protected virtual float[]? SaveBins() => null;

    /// <summary>Takes in a state that is not empty and of as many channels as this observer has seen.</summary>
    protected virtual void MergeState(ObserverState state) =>
        throw new QuantizationException($"{GetType().Name} cannot take up a saved state.");

    /// <summary>Smallest and largest element of each channel of one batch.</summary>
    protected ObservedRange[] RangesOf(ReadOnlySpan<float> elements, TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (Spec.Axis is not { } axis)
            return [ElementRange.Of(elements)];
        if (axis >= shape.Rank)
            throw new QuantizationException($"The channel axis {axis} is beyond the shape {shape}.");
        if (BatchCount > 0 && shape[axis] != Ranges.Count)
            throw new QuantizationException($"Expected {Ranges.Count} channels along axis {axis}, got {shape[axis]}.");
        ObservedRange[] ranges = new ObservedRange[shape[axis]];
        Array.Fill(ranges, ObservedRange.Empty);
        int inner = (int)shape.ElementCountOf(axis + 1, shape.Rank);
        for (int row = 0; row < elements.Length / inner; row++)
        {
            ref ObservedRange range = ref ranges[row % ranges.Length];
            range = range.Union(ElementRange.Of(elements.Slice(row * inner, inner)));
        }

        return ranges;
    }
}
