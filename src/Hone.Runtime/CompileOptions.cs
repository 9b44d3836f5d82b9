using Hone.Kernels.Blocked;
using Hone.Kernels.Cpu;

namespace Hone.Runtime;

/// <summary>How a model is compiled and run.</summary>
public sealed record CompileOptions
{
    /// <value>The default options.</value>
    public static CompileOptions Default { get; } = new();

    /// <value>Threads that may work on one run, caller included, at least 0. Default 0: all of the process-wide pool, which has one per CPU that the process may use.</value>
    public int Threads { get; init; }

    /// <value>The highest instruction-set tier to use. Default: what the CPU has, capped by the environment variable <c>HONE_MAX_ISA</c>.</value>
    public Isa MaxIsa { get; init; } = Knobs.MaxIsa;

    /// <value>True runs the static SIMD kernels only; no machine code is made. Default false, or as the environment variable <c>HONE_STATIC_KERNELS</c> says.</value>
    public bool ForceStaticKernels { get; init; } = Knobs.StaticKernels;

    /// <value>How far float32 convolutions may depart from the direct sum of products. Default <see cref="Accuracy.Default"/>.</value>
    public Accuracy Accuracy { get; init; } = Accuracy.Default;

    /// <value>What matrix products, recurrent layers and dense convolutions of float32 models may round their operands to. Default <see cref="Precision.Float32"/>.</value>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <value>
    /// How products with weights of 4 or 8 bits in blocks treat their float32 inputs. Default <see cref="ProductAccuracy.Exact"/>; <see cref="ProductAccuracy.Int8"/> is
    /// faster for many rows. Nodes <c>MatMulNBits</c> of <c>accuracy_level</c> 4 are 8-bit in any case.
    /// </value>
    public ProductAccuracy BlockedProducts { get; init; } = ProductAccuracy.Exact;

    /// <value>
    /// Whether encoders with a mask of padding work on real tokens only: results at real tokens are the same within rounding, those at padding become zeros.
    /// Where that cannot be proved the plan stays as it is and <see cref="CompiledModel.Describe()"/> says why. Default false.
    /// </value>
    /// <remarks>Activations that are quantized dynamically get their range from real tokens only.</remarks>
    public bool RemovesPadding { get; init; }

    /// <value>Whether the portable passes run first, on a copy of the graph. Default true; false when they have run already.</value>
    public bool Optimizes { get; init; } = true;

    /// <value>Whether every step of every run is timed, for <see cref="CompiledModel.Profile"/>. Default false.</value>
    public bool Profiles { get; init; }

    /// <value>Plans kept for input shapes that were seen, at least 1; the one unused for longest goes first. Default 16.</value>
    public int MostPlans { get; init; } = 16;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="HoneException">A value is out of range.</exception>
    internal void Validate()
    {
        if (Threads < 0)
            throw new HoneException($"CompileOptions.Threads must be at least 0, got {Threads}.");
        if (MostPlans < 1)
            throw new HoneException($"CompileOptions.MostPlans must be at least 1, got {MostPlans}.");
    }

    internal KernelOptions ToKernelOptions() => new() { MaxIsa = MaxIsa, StaticKernels = ForceStaticKernels, Accuracy = Accuracy, AllowsBFloat16 = Precision == Precision.BFloat16 };
}
