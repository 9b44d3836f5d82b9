using System.Collections.Concurrent;
using Hone.Kernels.Emit;

namespace Hone.Kernels.Blocked;

/// <summary>The emitted kernels over weights in blocks of this process, each variant written once, on first use.</summary>
internal static unsafe class BlockedTileCode
{
    private static readonly ConcurrentDictionary<BlockedTileVariant, nint> s_code = new();

    /// <exception cref="InvalidOperationException">The system refuses executable memory that it granted when the process began.</exception>
    internal static void Invoke(BlockedTileVariant variant, BlockedTileArguments* arguments) =>
        ((delegate* unmanaged<BlockedTileArguments*, void>)s_code.GetOrAdd(variant, Map))(arguments);

    private static nint Map(BlockedTileVariant variant)
    {
        void* address = ExecutableMemory.Instance is { } memory ? memory.Add(BlockedTileEmitter.Emit(variant, OperatingSystem.IsWindows())) : null;
        return address is not null ? (nint)address : throw new InvalidOperationException("No executable memory for a product with weights in blocks.");
    }
}
