using System.Diagnostics;
using Hone.Kernels.Emit;

namespace Hone.Kernels.Cpu;

/// <summary>The rate that one core reaches when it does nothing but multiply and add: what a kernel's speed is a fraction of.</summary>
public static unsafe class CpuPeak
{
    private const long Iterations = 200_000;
    private const int Repetitions = 12;

    /// <summary>Measures for some tens of milliseconds on the calling thread.</summary>
    /// <param name="format">Operand types.</param>
    /// <param name="options">The tier to measure; null: <see cref="KernelOptions.Default"/>.</param>
    /// <returns>Operations per second, two per product; 0 where nothing can be emitted or the tier lacks the format.</returns>
    public static double Measure(PeakFormat format, KernelOptions? options = null)
    {
        CpuFeatures features = (options ?? KernelOptions.Default).Features;
        if (ExecutableMemory.Instance is not { } memory || PeakEmitter.Emit(format, features, OperatingSystem.IsWindows()) is not { } probe)
        {
            return 0;
        }

        void* code = memory.Add(probe.Code);
        if (code is null)
        {
            return 0;
        }

        double best = 0;
        for (int i = 0; i < Repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            ((delegate* unmanaged<long, void>)code)(Iterations);
            best = Math.Max(best, Iterations * (double)probe.Operations / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
