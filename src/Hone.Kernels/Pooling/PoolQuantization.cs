namespace Hone.Kernels.Pooling;

/// <summary>Scales and zero points around an 8-bit average.</summary>
/// <param name="InputScale">Scale of the input.</param>
/// <param name="InputZeroPoint">Zero point of the input, 0 to 255.</param>
/// <param name="OutputScale">Scale of the output.</param>
/// <param name="OutputZeroPoint">Zero point of the output, 0 to 255.</param>
public readonly record struct PoolQuantization(float InputScale, int InputZeroPoint, float OutputScale, int OutputZeroPoint);
