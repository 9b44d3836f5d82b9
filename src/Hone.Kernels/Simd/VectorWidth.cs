using System.Runtime.Intrinsics;
using Hone.Kernels.Cpu;

namespace Hone.Kernels.Simd;

/// <summary>The width that static loops run at.</summary>
internal static class VectorWidth
{
    /// <summary>Bits per vector for loops that are not built with options of their own.</summary>
    internal static int Default { get; } = For(CpuInfo.Features);

    /// <summary>The widest vectors that both the features and the compiled code support.</summary>
    internal static int For(CpuFeatures features) =>
        features.Avx512 && Vector512.IsHardwareAccelerated ? 512
        : features.Avx2 && Vector256.IsHardwareAccelerated ? 256
        : 128;
}
