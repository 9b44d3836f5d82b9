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
        _resident = kernel.CanOverlap ? new nint[MostResidentSteps * 4 * (kernel.MaxVectors + 1)] : [];
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
        if (arguments->Taps == 1 && CanReside(arguments->Steps, vectors))
        {
            ((delegate* unmanaged<TileArguments*, void>)Resident((int)arguments->Steps, vectors, hasTail, hasStrides: false))(arguments);
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

    /// <summary>True if the panel of a strip stays in registers, so that rows at equal distances need no table.</summary>
    internal bool CanReside(nint steps, int vectors) => _resident.Length > 0 && steps < MostResidentSteps && Emit.TileEmitter.CanReside(_kernel, steps, vectors);

    /// <summary>Runs rows at equal distances through a strip that stays in registers. Tiles, Outputs and Residuals of the arguments are undefined
    /// afterwards.</summary>
    /// <param name="arguments">All fields set, strides included; one tap.</param>
    /// <param name="vectors">Vectors that the strip's columns fill.</param>
    internal void InvokeStrided(TileArguments* arguments, int vectors)
    {
        bool hasTail = arguments->Columns != (nint)vectors * _kernel.Lanes;
        ((delegate* unmanaged<TileArguments*, void>)Resident((int)arguments->Steps, vectors, hasTail, hasStrides: true))(arguments);
    }

    private nint Resident(int steps, int vectors, bool hasTail, bool hasStrides)
    {
        ref nint entry = ref _resident[(steps * (_kernel.MaxVectors + 1) + vectors) * 4 + (hasTail ? 1 : 0) + (hasStrides ? 2 : 0)];
        if (entry == 0)
        {
            TileVariant variant = TileVariant.Of(_epilogue, Emit.TileEmitter.ResidentRows(vectors), vectors, hasTail);
            entry = TileCode.Get(_kernel, variant with { ResidentSteps = steps, HasStrides = hasStrides });
        }

        return entry;
    }
}
