using Hone.Kernels;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;

namespace Hone.Tests.Kernels;

/// <summary>Every way this machine can run a kernel: each tile kernel of the catalogue, static or emitted.</summary>
internal static class Engines
{
    internal static TheoryData<string> Names(TileType type) => [.. Available(type).Select(k => k.Id)];

    /// <summary>Options that leave one tile kernel of a type, and everything else at the kernel's own tier.</summary>
    internal static KernelOptions ByName(string id)
    {
        TileKernel kernel = KernelCatalogue.Tiles.First(k => k.Id == id);
        return new KernelOptions { MaxIsa = kernel.Isa, StaticKernels = !kernel.IsEmitted, AllowsBFloat16 = kernel.Type == TileType.BFloat16, Tile = id };
    }

    private static IEnumerable<TileKernel> Available(TileType type) =>
        KernelCatalogue.Tiles.Where(k => k.Type == type && KernelCatalogue.TilesFor(type, ByName(k.Id)).Any());
}
