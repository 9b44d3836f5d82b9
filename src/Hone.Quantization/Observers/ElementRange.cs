using System.Numerics;

namespace Hone.Quantization.Observers;

/// <summary>Finds the smallest and the largest of many numbers.</summary>
internal static class ElementRange
{
    /// <summary>The first element that is NaN or infinite, or null.</summary>
    internal static float? FirstNonFinite(ReadOnlySpan<float> elements)
    {
        // A finite number less itself is 0; any other gives NaN, which stays in a sum.
        Vector<float> differences = Vector<float>.Zero;
        int i = 0;
        for (; i <= elements.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> v = new(elements[i..]);
            differences += v - v;
        }

        if (differences != Vector<float>.Zero)
            i = 0;
        for (; i < elements.Length; i++)
        {
            if (!float.IsFinite(elements[i]))
                return elements[i];
        }

        return null;
    }

    /// <summary>The range of finite elements; empty when there are none.</summary>
    internal static ObservedRange Of(ReadOnlySpan<float> elements)
    {
        (float minimum, float maximum) = (float.PositiveInfinity, float.NegativeInfinity);
        int i = 0;
        if (elements.Length >= Vector<float>.Count)
        {
            (Vector<float> low, Vector<float> high) = (new(minimum), new(maximum));
            for (; i <= elements.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> v = new(elements[i..]);
                (low, high) = (Vector.Min(low, v), Vector.Max(high, v));
            }

            for (int lane = 0; lane < Vector<float>.Count; lane++)
                (minimum, maximum) = (MathF.Min(minimum, low[lane]), MathF.Max(maximum, high[lane]));
        }

        for (; i < elements.Length; i++)
            (minimum, maximum) = (MathF.Min(minimum, elements[i]), MathF.Max(maximum, elements[i]));
        return new ObservedRange(minimum, maximum);
    }
}
