using Hone.Kernels.Cpu;

namespace Hone.Bench.Peak;

/// <summary>What one core of this machine can do at most, measured on the spot.</summary>
/// <param name="Float32OperationsPerSecond">Fused multiply-adds count as two.</param>
/// <param name="Int8OperationsPerSecond">Multiply-accumulates of 8-bit integers into 32 bits count as two.</param>
internal sealed record MachinePeak(double Float32OperationsPerSecond, double Int8OperationsPerSecond)
{
    internal static MachinePeak Measure() => new(CpuPeak.Measure(PeakFormat.Float32), CpuPeak.Measure(PeakFormat.Int8));
}
