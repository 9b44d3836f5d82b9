namespace Hone.Kernels.Gemm;

/// <summary>The entry points of one tile kernel with one epilogue, by rows per tile and vectors per strip.</summary>
internal sealed unsafe class TileFunctions
{
    private readonly delegate*<TileArguments*, void> _method;

    private TileFunctions(TileKernel kernel) => _method = kernel.Method;

    internal static TileFunctions For(TileKernel kernel, in EpilogueData epilogue) => new(kernel);

    /// <summary>Runs the tiles of a strip.</summary>
    /// <param name="arguments">All fields set.</param>
    /// <param name="vectors">Vectors that the strip's columns fill.</param>
    internal void Invoke(TileArguments* arguments, int vectors) => _method(arguments);
}
