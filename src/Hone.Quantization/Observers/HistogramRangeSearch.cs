namespace Hone.Quantization.Observers;

/// <summary>Finds the part of a histogram's range that quantizes with the least expected squared error.</summary>
/// <remarks>
/// The error of a bin is the integral over its width of the squared distance to the nearest of 256 equally spaced codes, its elements spread
/// evenly. Everything is float32, as in PyTorch, so that ties fall alike.
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
        // The terms are float32; summing them in double stands for PyTorch's pairwise summation.
        double sum = 0;
        for (int i = 0; i < bins.Length; i++)
        {
            float begin = (i - start) * binWidth;
            float finish = begin + binWidth;
            float firstCode = Math.Clamp(MathF.Floor(begin / codeWidth), 0, CodeCount - 1);
            float lastCode = Math.Clamp(MathF.Floor(finish / codeWidth), 0, CodeCount - 1);
            float density = bins[i] / binWidth;
            float half = codeWidth / 2;
            sum += Integral(density, begin - ((firstCode + 0.5f) * codeWidth), half)
                + ((lastCode - firstCode - 1) * Integral(density, -half, half))
                + Integral(density, -half, finish - ((lastCode * codeWidth) + half));
        }

        return (float)sum;
    }

    private static float Integral(float density, float from, float to) => density * ((to * to * to) - (from * from * from)) / 3;
}
