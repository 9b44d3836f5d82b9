using Hone.Kernels.Emit;

namespace Hone.Kernels.Gemm;

/// <summary>The entry points of one tile kernel with one epilogue, by rows per tile and vectors per strip; emitted ones are written on
/// first use.</summary>
internal sealed unsafe class TileFunctions
{
    private const int MostResidentSteps = 28;

    private readonly TileKernel _kernel;
    private readonly EpilogueData _epilogue;
    private readonly nint[] _emitted;
    private readonly nint[] _resident;

    internal TileFunctions(TileKernel kernel, in EpilogueData epilogue)
    {
        _kernel = kernel;
        _epilogue = epilogue;
        _emitted = kernel.IsEmitted ? new nint[4 * (kernel.NarrowRows + 1) * (kernel.MaxVectors + 1)] : [];
        _resident = kernel.CanOverlap ? new nint[MostResidentSteps * 2 * (kernel.MaxVectors + 1)] : [];
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
        if (_resident.Length > 0 && arguments->Taps == 1 && arguments->Steps < MostResidentSteps && Emit.TileEmitter.CanReside(_kernel, arguments->Steps, vectors))
        {
            ((delegate* unmanaged<TileArguments*, void>)Resident((int)arguments->Steps, vectors, hasTail))(arguments);
            return;
        }

        bool overlaps = _kernel.CanOverlap && arguments->Steps >= Emit.TileEmitter.LastSteps;
        ref nint entry = ref _emitted[((rows * (_kernel.MaxVectors + 1)) + vectors) * 4 + (hasTail ? 1 : 0) + (overlaps ? 2 : 0)];
        if (entry == 0)
        {
            entry = TileCode.Get(_kernel, TileVariant.Of(_epilogue, rows, vectors, hasTail) with { Overlaps = overlaps });
        }

        ((delegate* unmanaged<TileArguments*, void>)entry)(arguments);
    }

    private nint Resident(int steps, int vectors, bool hasTail)
    {
        ref nint entry = ref _resident[(steps * (_kernel.MaxVectors + 1) + vectors) * 2 + (hasTail ? 1 : 0)];
        if (entry == 0)
        {
            entry = TileCode.Get(_kernel, TileVariant.Of(_epilogue, Emit.TileEmitter.ResidentRows(vectors), vectors, hasTail) with { ResidentSteps = steps });
        }

        return entry;
    }
}
