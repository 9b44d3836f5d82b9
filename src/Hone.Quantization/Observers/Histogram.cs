namespace Hone.Quantization.Observers;

/// <summary>Counts elements in equal bins over a range that grows with the data; its size is fixed.</summary>
internal sealed class Histogram(int binCount)
{
    /// <summary>Each old bin is spread over so many points when the range grows.</summary>
    private const int UpsampleRate = 16;

    /// <value>Elements in each bin; fractions where the range has grown.</value>
    internal float[] Bins { get; private set; } = new float[binCount];

    internal ObservedRange Range { get; private set; } = ObservedRange.Empty;

    internal float BinWidth => (Range.Maximum - Range.Minimum) / binCount;

    internal void Add(ReadOnlySpan<float> elements, ObservedRange batch)
    {
        GrowTo(Range.Union(batch));
        foreach (float element in elements)
            Bins[BinOf(element)]++;
    }

    /// <summary>Adds the counts of a saved histogram.</summary>
    /// <exception cref="QuantizationException">It is not a histogram of as many bins.</exception>
    internal void Add(ObserverState state)
    {
        if (state.Bins is not { } bins || bins.Count != binCount)
            throw new QuantizationException($"The saved state is not that of a histogram of {binCount} bins.");
        GrowTo(Range.Union(state.Ranges[0]));
        Spread([.. bins], state.Ranges[0]);
    }

    private void GrowTo(ObservedRange grown)
    {
        if (grown == Range)
            return;
        (float[] old, ObservedRange oldRange) = (Bins, Range);
        (Bins, Range) = (new float[binCount], grown);
        if (!oldRange.IsEmpty)
            Spread(old, oldRange);
    }

    /// <summary>The last bin includes its upper bound; a range of one point is one bin.</summary>
    private int BinOf(float element)
    {
        if (Range.Maximum == Range.Minimum)
            return 0;
        int bin = (int)((element - Range.Minimum) / (Range.Maximum - Range.Minimum) * binCount);
        return Math.Clamp(bin, 0, binCount - 1);
    }

    /// <summary>Adds the mass of bins over a range that lies within the present one, each bin as 16 points.</summary>
    private void Spread(float[] old, ObservedRange oldRange)
    {
        if (oldRange.Maximum == oldRange.Minimum)
        {
            Bins[BinOf(oldRange.Minimum)] += old.Sum();
            return;
        }

        if (oldRange == Range)
        {
            for (int i = 0; i < binCount; i++)
                Bins[i] += old[i];
            return;
        }

        float step = (oldRange.Maximum - oldRange.Minimum) / (binCount * UpsampleRate);
        for (int i = 0; i < binCount; i++)
        {
            float mass = old[i] / UpsampleRate;
            for (int j = 0; j < UpsampleRate && mass > 0; j++)
                Bins[BinOf(oldRange.Minimum + ((((i * UpsampleRate) + j) + 0.5f) * step))] += mass;
        }
    }
}
