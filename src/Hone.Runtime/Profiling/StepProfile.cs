namespace Hone.Runtime.Profiling;

/// <summary>What one step of a plan cost over all profiled runs.</summary>
/// <param name="Name">Name of the node that it computes, or of the value that it turns or copies.</param>
/// <param name="Operators">The operators that it computes, joined by <c>+</c>; empty for turns and copies.</param>
/// <param name="KernelId">Id of the kernel.</param>
/// <param name="Runs">How often it ran.</param>
/// <param name="Time">Total time.</param>
/// <param name="ByteCount">Bytes of activations that one run reads and writes.</param>
/// <param name="IsReference">Whether it runs by the operator's reference evaluation, for want of a fast kernel.</param>
/// <param name="Result">Type, shape and layout of what comes out.</param>
public sealed record StepProfile(string Name, string Operators, string KernelId, long Runs, TimeSpan Time, long ByteCount, bool IsReference, string Result)
{
    /// <value>Time per run in milliseconds; 0 before the first run.</value>
    public double MeanMilliseconds => Runs == 0 ? 0 : Time.TotalMilliseconds / Runs;
}
