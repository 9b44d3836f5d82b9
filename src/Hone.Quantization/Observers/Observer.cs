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

    /// <summary>Takes a batch in.</summary>
    /// <param name="tensor">float32 of any shape with the axis of the specification; an empty one changes nothing.</param>
    /// <exception cref="QuantizationException">An element is NaN or infinite.</exception>
    public void Observe(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.ElementCount == 0)
            return;
        ReadOnlySpan<float> elements = tensor.AsSpan<float>();
        foreach (float element in elements)
        {
            if (!float.IsFinite(element))
                throw new QuantizationException($"Calibration data give {element} here; NaN and infinities have no place on a grid of integers.");
        }

        Observe(elements, tensor.Shape);
        GC.KeepAlive(tensor);
    }

    /// <summary>Scale and zero point for what was seen so far.</summary>
    public virtual QuantizationParameters Parameters() => Spec.Parameters(Ranges);

    /// <summary>Takes in a batch that is known to be finite and not empty.</summary>
    protected abstract void Observe(ReadOnlySpan<float> elements, TensorShape shape);

    /// <summary>Smallest and largest element of each channel of one batch.</summary>
    protected ObservedRange[] RangesOf(ReadOnlySpan<float> elements, TensorShape shape)
    {
        ChannelIndex channels = new(shape, Spec.Axis);
        ObservedRange[] ranges = new ObservedRange[channels.Count];
        Array.Fill(ranges, ObservedRange.Empty);
        for (int i = 0; i < elements.Length; i++)
        {
            ref ObservedRange range = ref ranges[channels.Of(i)];
            range = range.Union(new ObservedRange(elements[i], elements[i]));
        }

        return ranges;
    }
}
