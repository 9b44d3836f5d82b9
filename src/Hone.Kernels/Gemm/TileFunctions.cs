using Hone.Kernels.Emit;

namespace Hone.Kernels.Gemm;

/// <summary>The entry points of one tile kernel with one epilogue, by rows per tile and vectors per strip; emitted ones are written on
/// first use.</summary>
internal sealed unsafe class TileFunctions
{
    private const int MostResidentSteps = 28;
    private const int VariantsOfTile = 8;

    // 4-byte words of a cache line.
    private const int LineLanes = 16;

    // More tiles than this read a strip so often that its first reading does not matter.
    private const int MostTilesToFetch = 8;

    // The last tiles of a strip, which ask for the next one: each for its part, so that little of it comes before it is needed.
    private const int FetchingTiles = 4;

    private readonly TileKernel _kernel;
    private readonly EpilogueData _epilogue;
    private readonly nint[] _emitted;
    private readonly nint[] _resident;

    internal TileFunctions(TileKernel kernel, in EpilogueData epilogue)
    {
        _kernel = kernel;
        _epilogue = epilogue;
        _emitted = kernel.IsEmitted ? new nint[VariantsOfTile * (FetchingTiles + 1) * (kernel.NarrowRows + 1) * (kernel.MaxVectors + 1)] : [];
        _resident = kernel.CanOverlap ? new nint[MostResidentSteps * 4 * (kernel.MaxVectors + 1)] : [];
    }

    /// <summary>Runs the tiles of a strip. Tiles, Outputs and Residuals of the arguments are undefined afterwards.</summary>
    /// <param name="arguments">All fields set.</param>
    /// <param name="vectors">Vectors that the strip's columns fill.</param>
    internal void Invoke(TileArguments* arguments, int vectors) => Invoke(arguments, vectors, fetchedLines: 0);

    /// <summary>
    /// The same; where tiles are few, so that much of their time goes into reading the strip, a strip's worth of memory is brought into the second-level
    /// cache meanwhile. Not for bytes, whose strips are small.
    /// </summary>
    /// <param name="arguments">All fields set.</param>
    /// <param name="vectors">Vectors that the strip's columns fill.</param>
    /// <param name="next">The memory, which need not exist.</param>
    internal void InvokeAndFetch(TileArguments* arguments, int vectors, byte* next)
    {
        if (!_kernel.IsEmitted || _kernel.ElementSize == 1 || arguments->Tiles > MostTilesToFetch)
        {
            Invoke(arguments, vectors);
            return;
        }

        byte** rows = arguments->Rows;
        nint before = arguments->Tiles - FetchingTiles;
        if (before > 0)
        {
            arguments->Tiles = before;
            Invoke(arguments, vectors, fetchedLines: 0);
            arguments->Rows = rows + before * arguments->RowsPerTile * arguments->Taps;
            arguments->Tiles = FetchingTiles;
        }

        arguments->Next = next;
        int tiles = (int)arguments->Tiles, lines = (vectors * _kernel.Lanes + LineLanes - 1) / LineLanes;
        Invoke(arguments, vectors, (lines + tiles - 1) / tiles);
        arguments->Rows = rows;
    }

    private void Invoke(TileArguments* arguments, int vectors, int fetchedLines)
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

        bool hasHalf = _kernel.HasHalves && arguments->Columns - (vectors - 1) * _kernel.Lanes <= _kernel.Lanes / 2;
        bool overlaps = _kernel.CanOverlap && arguments->Steps >= Emit.TileEmitter.LastSteps;
        ref nint entry = ref _emitted[(((rows * (_kernel.MaxVectors + 1)) + vectors) * (FetchingTiles + 1) + fetchedLines) * VariantsOfTile + (hasTail ? 1 : 0) + (overlaps ? 2 : 0) + (hasHalf ? 4 : 0)];
        if (entry == 0)
        {
            entry = TileCode.Get(_kernel, TileVariant.Of(_epilogue, rows, vectors, hasTail) with { Overlaps = overlaps, FetchedLines = fetchedLines, HasHalf = hasHalf });
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
