using Hone.Tensors;

namespace Hone.Quantization.Analysis;

/// <summary>Sums up how far approximate numbers lie from exact ones, over as many tensors as come.</summary>
internal sealed class SignalToNoise
{
    private double _signal;
    private double _noise;

    /// <value>The largest absolute difference so far.</value>
    internal double LargestError { get; private set; }

    /// <value><c>10 log10(sum x^2 / sum (x - q)^2)</c>, in dB; infinite when nothing differs.</value>
    internal double Decibels => _noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(_signal / _noise);

    /// <summary>Adds a pair of float32 tensors of equal shape.</summary>
    /// <exception cref="ShapeMismatchException">The shapes differ.</exception>
    internal void Add(string name, Tensor exact, Tensor approximate)
    {
        if (!exact.Shape.Equals(approximate.Shape))
            throw new ShapeMismatchException($"Value '{name}' of the quantized graph", exact.Shape.ToString(), approximate.Shape.ToString());
        ReadOnlySpan<float> x = exact.AsSpan<float>();
        ReadOnlySpan<float> q = approximate.AsSpan<float>();
        for (int i = 0; i < x.Length; i++)
        {
            double difference = (double)x[i] - q[i];
            _signal += (double)x[i] * x[i];
            _noise += difference * difference;
            LargestError = Math.Max(LargestError, Math.Abs(difference));
        }

        GC.KeepAlive(exact);
        GC.KeepAlive(approximate);
    }
}
