using Hone.Quantization.Observers;

namespace Hone.Quantization.Calibration;

/// <summary>How the range of one activation has moved between two calibrations.</summary>
/// <param name="Activation">Key of the group of activations.</param>
/// <param name="Before">Its range in the earlier calibration.</param>
/// <param name="Now">Its range in the later one.</param>
public sealed record RangeDrift(string Activation, ObservedRange Before, ObservedRange Now)
{
    /// <value>The larger movement of the two bounds, as a fraction of the earlier width; infinite when only the earlier range was a single number.</value>
    public double Shift
    {
        get
        {
            double movement = Math.Max(Math.Abs((double)Now.Minimum - Before.Minimum), Math.Abs((double)Now.Maximum - Before.Maximum));
            return movement == 0 ? 0 : movement / ((double)Before.Maximum - Before.Minimum);
        }
    }

    /// <value>Whether the new data go beyond the range that the earlier calibration saw.</value>
    public bool Exceeds => Now.Minimum < Before.Minimum || Now.Maximum > Before.Maximum;
}
