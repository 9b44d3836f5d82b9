using System.Collections.Concurrent;
using Hone.Kernels.Gemm;

namespace Hone.Kernels.Emit;

/// <summary>The emitted tile kernels of this process, each variant written once, on first use.</summary>
internal static unsafe class TileCode
{
    private static readonly ConcurrentDictionary<(string Kernel, TileVariant Variant), nint> s_code = new();

    /// <summary>Entry point of a variant.</summary>
    /// <exception cref="InvalidOperationException">The system refuses executable memory that it granted when the process began.</exception>
    internal static nint Get(TileKernel kernel, TileVariant variant) =>
        s_code.GetOrAdd((kernel.Id, variant), static (key, k) => Map(k, key.Variant), kernel);

    private static nint Map(TileKernel kernel, TileVariant variant)
    {
        byte[] code = TileEmitter.Emit(kernel, variant, OperatingSystem.IsWindows());
        void* address = ExecutableMemory.Instance is { } memory ? memory.Add(code) : null;
        return address is not null ? (nint)address : throw new InvalidOperationException($"No executable memory for {kernel.Id}.");
    }
}
