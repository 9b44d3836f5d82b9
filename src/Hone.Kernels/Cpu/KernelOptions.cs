namespace Hone.Kernels.Cpu;

/// <summary>Which kernels may be chosen; fixed when an operator is built.</summary>
public sealed record KernelOptions
{
    /// <summary>The switches of the environment: see <see cref="Knobs"/>.</summary>
    public static KernelOptions Default { get; } = new();

    /// <summary>The highest tier to use; tiers that the CPU lacks are never used.</summary>
    /// <value>Default: <see cref="Knobs.MaxIsa"/>.</value>
    public Isa MaxIsa { get; init; } = Knobs.MaxIsa;

    /// <summary>True to use the static SIMD kernels only.</summary>
    /// <value>Default: <see cref="Knobs.StaticKernels"/>.</value>
    public bool StaticKernels { get; init; } = Knobs.StaticKernels;

    /// <summary>How far fp32 convolutions may depart from the direct sum.</summary>
    /// <value>Default: <see cref="Accuracy.Default"/>.</value>
    public Accuracy Accuracy { get; init; } = Accuracy.Default;

    /// <summary>True to let matrix products and dense convolutions round their fp32 operands to bfloat16 where the CPU multiplies those
    /// faster; sums stay fp32.</summary>
    /// <value>Default: false.</value>
    public bool AllowsBFloat16 { get; init; }

    /// <summary>Id of the only tile kernel to take, for tests and measurements; null: the best.</summary>
    internal string? Tile { get; init; }

    /// <summary>The features of this CPU that the options leave.</summary>
    public CpuFeatures Features => CpuInfo.Features.Cap(MaxIsa);
}
