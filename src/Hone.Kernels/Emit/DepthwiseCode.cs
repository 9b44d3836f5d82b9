using System.Collections.Concurrent;

namespace Hone.Kernels.Emit;

/// <summary>The emitted depthwise kernels of this process, each variant written once.</summary>
internal static unsafe class DepthwiseCode
{
    private static readonly ConcurrentDictionary<DepthwiseVariant, nint> s_code = new();

    /// <summary>Entry point of a variant.</summary>
    /// <exception cref="InvalidOperationException">The system refuses executable memory that it granted when the process began.</exception>
    internal static nint Get(DepthwiseVariant variant) => s_code.GetOrAdd(variant, static v =>
    {
        byte[] code = DepthwiseEmitter.Emit(v, OperatingSystem.IsWindows());
        void* address = ExecutableMemory.Instance is { } memory ? memory.Add(code) : null;
        return address is not null ? (nint)address : throw new InvalidOperationException("No executable memory for a depthwise kernel.");
    });
}
