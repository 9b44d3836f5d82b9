using Hone.Quantization.Observers;
using Hone.Tensors;

namespace Hone.Quantization;

/// <summary>Finds scale and zero point of a weight from its own range.</summary>
internal static class WeightRange
{
    /// <exception cref="QuantizationException">An element is NaN or infinite; the error names the weight.</exception>
    internal static QuantizationParameters Parameters(string name, Tensor weight, QuantizationSpec spec)
    {
        MinMaxObserver observer = new(spec);
        try
        {
            observer.Observe(weight);
        }
        catch (QuantizationException e)
        {
            throw new QuantizationException(name, e.Message);
        }

        return observer.Parameters();
    }
}
