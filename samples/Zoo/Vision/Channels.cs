namespace Hone.Samples.Zoo.Vision;

/// <summary>Channel counts of networks that are scaled in width.</summary>
internal static class Channels
{
    /// <summary>The multiple of 8 nearest to a scaled count, at least 8, and not more than a tenth below it.</summary>
    public static long Scale(double count, double width = 1)
    {
        double scaled = count * width;
        long rounded = Math.Max(8, (long)(scaled + 4) / 8 * 8);
        return rounded < 0.9 * scaled ? rounded + 8 : rounded;
    }
}
