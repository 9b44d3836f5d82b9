namespace Hone.Kernels.Convolution;

/// <summary>Where results land: computed pixel (y, x) is written to (y * StepY + FirstY, x * StepX + FirstX) of a map of the given
/// size.</summary>
internal readonly record struct OutputMap(int Height, int Width, int StepY, int StepX, int FirstY, int FirstX);
