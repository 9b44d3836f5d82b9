namespace Hone.Report.Measurements;

/// <summary>A picture of one number for each pixel.</summary>
/// <param name="Name">What it shows, for example the variant of the model.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">Row by row.</param>
public sealed record HeatMap(string Name, int Height, int Width, float[] Values)
{
    /// <summary>Cosine of the angle between two maps: 1 when they are proportional, 0 when they have nothing in common.</summary>
    /// <exception cref="ShapeMismatchException">The other map has another size.</exception>
    public double CosineSimilarity(HeatMap other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if ((Height, Width) != (other.Height, other.Width))
            throw new ShapeMismatchException($"The heat map '{other.Name}'", $"{Height} x {Width}", $"{other.Height} x {other.Width}");
        double product = 0, own = 0, others = 0;
        for (int i = 0; i < Values.Length; i++)
        {
            product += (double)Values[i] * other.Values[i];
            own += (double)Values[i] * Values[i];
            others += (double)other.Values[i] * other.Values[i];
        }

        return own == 0 || others == 0 ? (own == others ? 1 : 0) : product / Math.Sqrt(own * others);
    }
}
