namespace Hone.Kernels.Resize;

/// <summary>Where the output positions of one axis come from: two source positions and the weight of the second. Nearest has a weight of
/// 0.</summary>
/// <remarks>The caller computes it once per size from the coordinate rule of its graph (ONNX Resize: asymmetric, half_pixel, align_corners,
/// ...).</remarks>
public sealed class ResizeAxis
{
    /// <summary>Takes the table of an axis.</summary>
    /// <param name="first">[output size] source positions.</param>
    /// <param name="second">[output size] source positions.</param>
    /// <param name="weight">[output size] weights of the second position, 0 to 1.</param>
    /// <exception cref="ArgumentException">The arrays differ in length.</exception>
    public ResizeAxis(int[] first, int[] second, float[] weight)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(weight);
        if (first.Length != second.Length || first.Length != weight.Length)
        {
            throw new ArgumentException($"Arrays of {first.Length}, {second.Length} and {weight.Length} elements: expected equal lengths.");
        }

        First = first;
        Second = second;
        Weight = weight;
    }

    internal int[] First { get; }

    internal int[] Second { get; }

    internal float[] Weight { get; }

    /// <summary>Linear interpolation at source coordinates, which are clamped to the axis.</summary>
    /// <param name="coordinates">[output size] source coordinates.</param>
    /// <param name="size">Source size, at least 1.</param>
    public static ResizeAxis Linear(ReadOnlySpan<float> coordinates, int size)
    {
        int[] first = new int[coordinates.Length], second = new int[coordinates.Length];
        float[] weight = new float[coordinates.Length];
        for (int i = 0; i < coordinates.Length; i++)
        {
            float x = Math.Clamp(coordinates[i], 0, size - 1);
            first[i] = (int)x;
            second[i] = Math.Min(first[i] + 1, size - 1);
            weight[i] = x - first[i];
        }

        return new ResizeAxis(first, second, weight);
    }

    /// <summary>Nearest neighbour at source positions that the caller has rounded; they are clamped to the axis.</summary>
    /// <param name="positions">[output size] source positions.</param>
    /// <param name="size">Source size, at least 1.</param>
    public static ResizeAxis Nearest(ReadOnlySpan<int> positions, int size)
    {
        int[] first = new int[positions.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            first[i] = Math.Clamp(positions[i], 0, size - 1);
        }

        return new ResizeAxis(first, first, new float[positions.Length]);
    }
}
