namespace Hone.Kernels.Convolution;

/// <summary>Where results land: computed pixel (y, x) is written to (y * StepY + FirstY, x * StepX + FirstX) of a map of the given
/// size.</summary>
internal readonly record struct OutputMap(int Height, int Width, int StepY, int StepX, int FirstY, int FirstX)
{
    /// <summary>True if pixels are written one after the other.</summary>
    internal bool IsDense => StepY == 1 && StepX == 1 && FirstY == 0 && FirstX == 0;
}
