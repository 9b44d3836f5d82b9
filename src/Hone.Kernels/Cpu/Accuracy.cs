namespace Hone.Kernels.Cpu;

/// <summary>How far an fp32 convolution may depart from the direct sum of products.</summary>
public enum Accuracy
{
    /// <summary>Direct sums only.</summary>
    Exact = 0,

    /// <summary>Winograd F(2x2,3x3) anywhere, F(4x4,3x3) on maps of at least 12x12: root mean square error about 3 times that of the direct
    /// sum.</summary>
    Default = 1,

    /// <summary>Winograd F(4x4,3x3) wherever it is the faster one.</summary>
    Fast = 2,
}
