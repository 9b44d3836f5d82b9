using Hone.Kernels.Emit;

namespace Hone.Kernels.Gemm;

/// <summary>The entry points of one tile kernel with one epilogue, by rows per tile and vectors per strip; emitted ones are written on
/// first use.</summary>
internal sealed unsafe class TileFunctions
{
    private readonly TileKernel _kernel;
    private readonly EpilogueData _epilogue;
    private readonly nint[] _emitted;

    internal TileFunctions(TileKernel kernel, in EpilogueData epilogue)
    {
        _kernel = kernel;
        _epilogue = epilogue;
        _emitted = kernel.IsEmitted ? new nint[2 * (kernel.NarrowRows + 1) * (kernel.MaxVectors + 1)] : [];
    }

    /// <summary>Runs the tiles of a strip. Tiles, Outputs and Residuals of the arguments are undefined afterwards.</summary>
    /// <param name="arguments">All fields set.</param>
    /// <param name="vectors">Vectors that the strip's columns fill.</param>
    internal void Invoke(TileArguments* arguments, int vectors)
    {
        if (!_kernel.IsEmitted)
        {
            _kernel.Method(arguments);
            return;
        }

        bool hasTail = arguments->Columns != (nint)vectors * _kernel.Lanes;
        int rows = (int)arguments->RowsPerTile;
        ref nint entry = ref _emitted[((rows * (_kernel.MaxVectors + 1)) + vectors) * 2 + (hasTail ? 1 : 0)];
        if (entry == 0)
        {
            entry = TileCode.Get(_kernel, TileVariant.Of(_epilogue, rows, vectors, hasTail));
        }

        ((delegate* unmanaged<TileArguments*, void>)entry)(arguments);
    }
}
