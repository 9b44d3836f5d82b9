using System.Runtime.Intrinsics;

namespace Hone.Kernels.Attention;

/// <summary>Rotates pairs of elements of one head of one token: (a, b) becomes (a cos - b sin, a sin + b cos).</summary>
/// <remarks>Nothing is fused, so that a row gives the same bits on every machine.</remarks>
public static unsafe class RotaryRow
{
    private const int Lanes = 4;

    /// <summary>Rotates element i with element i + half.</summary>
    /// <param name="x">[2 half] input row.</param>
    /// <param name="y">[2 half] output row; may be <paramref name="x"/> itself.</param>
    /// <param name="cosine">[half].</param>
    /// <param name="sine">[half].</param>
    /// <param name="half">Number of pairs.</param>
    public static void Halves(float* x, float* y, float* cosine, float* sine, int half)
    {
        int i = 0;
        for (; i <= half - Lanes; i += Lanes)
        {
            Vector128<float> a = Vector128.Load(x + i), b = Vector128.Load(x + half + i), c = Vector128.Load(cosine + i), s = Vector128.Load(sine + i);
            (a * c - b * s).Store(y + i);
            (a * s + b * c).Store(y + half + i);
        }

        for (; i < half; i++)
        {
            (y[i], y[half + i]) = Rotated(x[i], x[half + i], cosine[i], sine[i]);
        }
    }

    /// <summary>Rotates neighbours: element 2 i with element 2 i + 1.</summary>
    /// <param name="x">[2 half] input row.</param>
    /// <param name="y">[2 half] output row; may be <paramref name="x"/> itself.</param>
    /// <param name="cosine">[half].</param>
    /// <param name="sine">[half].</param>
    /// <param name="half">Number of pairs.</param>
    public static void Neighbours(float* x, float* y, float* cosine, float* sine, int half)
    {
        int i = 0;
        Vector128<float> signs = Vector128.Create(-1f, 1, -1, 1);
        for (; i <= half - Lanes; i += Lanes)
        {
            Vector128<float> c = Vector128.Load(cosine + i), s = Vector128.Load(sine + i);
            Pairs(x + 2 * i, y + 2 * i, Vector128.Shuffle(c, Vector128.Create(0, 0, 1, 1)), Vector128.Shuffle(s, Vector128.Create(0, 0, 1, 1)) * signs);
            Pairs(x + 2 * i + Lanes, y + 2 * i + Lanes, Vector128.Shuffle(c, Vector128.Create(2, 2, 3, 3)), Vector128.Shuffle(s, Vector128.Create(2, 2, 3, 3)) * signs);
        }

        for (; i < half; i++)
        {
            (y[2 * i], y[2 * i + 1]) = Rotated(x[2 * i], x[2 * i + 1], cosine[i], sine[i]);
        }
    }

    private static void Pairs(float* x, float* y, Vector128<float> cosines, Vector128<float> signedSines)
    {
        Vector128<float> pairs = Vector128.Load(x);
        (pairs * cosines + Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2)) * signedSines).Store(y);
    }

    private static (float First, float Second) Rotated(float a, float b, float cosine, float sine) => (a * cosine - b * sine, a * sine + b * cosine);
}
