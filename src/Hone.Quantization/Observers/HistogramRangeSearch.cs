using System.Numerics;

namespace Hone.Quantization.Observers;

/// <summary>Finds the part of a histogram's range that quantizes with the least expected squared error.</summary>
/// <remarks>
/// The error of a bin is the integral over its width of the squared distance to the nearest of 256 equally spaced codes, its elements spread
/// evenly. Everything is float32, as in PyTorch, so that ties fall alike. The number of bins is a multiple of the vector width.
/// </remarks>
internal static class HistogramRangeSearch
{
    private const int CodeCount = 256;
    private const double Step = 1e-5;

    internal static ObservedRange Run(float[] bins, ObservedRange range)
    {
        float binWidth = (range.Maximum - range.Minimum) / bins.Length;
        float[] cumulative = new float[bins.Length];
        float sum = 0;
        for (int i = 0; i < bins.Length; i++)
            cumulative[i] = sum += bins[i];
        (int start, int end) = (0, bins.Length - 1);
        (double alpha, double beta) = (0, 1);
        float smallest = float.PositiveInfinity;
        while (alpha < beta)
        {
            (double nextAlpha, double nextBeta) = (alpha + Step, beta - Step);
            (int left, int right) = (start, end);
            while (left < end && cumulative[left] < nextAlpha * sum)
                left++;
            while (right > start && cumulative[right] > nextBeta * sum)
                right--;
            (int nextStart, int nextEnd) = (start, end);
            if (left - start > end - right)
                (nextStart, alpha) = (left, nextAlpha);
            else
                (nextEnd, beta) = (right, nextBeta);
            if ((nextStart, nextEnd) == (start, end))
                continue;
            float error = Error(bins, binWidth, nextStart, nextEnd);
            if (error > smallest)
                break;
            smallest = error;
            (start, end) = (nextStart, nextEnd);
        }

        return new ObservedRange(range.Minimum + (binWidth * start), range.Minimum + (binWidth * (end + 1)));
    }

    private static float Error(float[] bins, float binWidth, int start, int end)
    {
        float codeWidth = binWidth * (end - start + 1) / CodeCount;
        if (codeWidth == 0)
            return 0;
        (Vector<float> width, Vector<float> step, Vector<float> half) = (new(binWidth), new(codeWidth), new(codeWidth / 2));
        Vector<float> highest = new(CodeCount - 1);
        // The terms are float32; summing them in double stands for PyTorch's pairwise summation.
        Vector<double> sum = Vector<double>.Zero;
        Vector<float> index = Vector.CreateSequence(-(float)start, 1f);
        for (int i = 0; i < bins.Length; i += Vector<float>.Count, index += new Vector<float>(Vector<float>.Count))
        {
            Vector<float> begin = index * width;
            Vector<float> finish = begin + width;
            Vector<float> firstCode = Vector.Min(Vector.Max(Vector.Floor(begin / step), Vector<float>.Zero), highest);
            Vector<float> lastCode = Vector.Min(Vector.Max(Vector.Floor(finish / step), Vector<float>.Zero), highest);
            Vector<float> density = new Vector<float>(bins, i) / width;
            Vector<float> term = Integral(density, begin - ((firstCode * step) + half), half)
                + ((lastCode - firstCode - Vector<float>.One) * Integral(density, -half, half))
                + Integral(density, -half, finish - ((lastCode * step) + half));
            Vector.Widen(term, out Vector<double> lower, out Vector<double> upper);
            sum += lower + upper;
        }

        return (float)Vector.Sum(sum);
    }

    private static Vector<float> Integral(Vector<float> density, Vector<float> from, Vector<float> to) =>
        density * ((to * to * to) - (from * from * from)) / new Vector<float>(3);
}
