using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;

namespace Hone.Kernels.Convolution;

/// <summary>
/// The strips of a block. Sums so long that the panel of a strip would crowd the second-level cache are taken in pieces: the first starts at the bias, the
/// others add to the output. Where the pieces end depends on the length of the sum alone, so that the bits of a row do not depend on its company.
/// </summary>
internal sealed unsafe partial class DenseEngine
{
    private const int MaxPanelBytes = 256 * 1024;

    // A single tile reads its strip once and would gain nothing from the whole of the next one.
    private const int StreamAhead = 8 * 1024;

    private static TileSplit Uniform(int rows, int rowsPerTile) => new((rows + rowsPerTile - 1) / rowsPerTile, (rows + rowsPerTile - 1) / rowsPerTile, rowsPerTile);

    private TileSplit Split(int rows, int taps) => taps == 1 ? _kernel.Split(rows, _layout.StripVectors(0)) : Uniform(rows, _kernel.ChooseRows(rows, _layout.StripVectors(0)));

    /// <summary>Steps of a piece: all of them where the sum is short, has several taps or no floats.</summary>
    private int PieceSteps(EpilogueKind kind)
    {
        long bytes = (long)_layout.StripWidth * _layout.PaddedDepth * _kernel.ElementSize;
        if (_taps > 1 || bytes <= MaxPanelBytes || kind is not (EpilogueKind.Float or EpilogueKind.FloatResidual))
        {
            return _layout.Steps;
        }

        int pieces = (int)((bytes + MaxPanelBytes - 1) / MaxPanelBytes);
        return (_layout.Steps + pieces - 1) / pieces;
    }

    /// <summary>The epilogues of the first, a middle and the last piece; only the last clamps.</summary>
    private static EpilogueData[] PieceEpilogues(in EpilogueData whole) =>
    [
        whole with { Low = float.NegativeInfinity, High = float.PositiveInfinity },
        whole with { Low = float.NegativeInfinity, High = float.PositiveInfinity, Kind = EpilogueKind.FloatResidual },
        whole with { Kind = EpilogueKind.FloatResidual },
    ];

    private void RunStrips(in Job job, int group, int firstStrip, int endStrip, in BlockTiles tiles, byte** sources, byte** outputs, byte** residuals)
    {
        for (int piece = 0; piece < _functions.Length; piece++)
        {
            for (int strip = firstStrip; strip < endStrip; strip++)
            {
                RunStrip(job, group, strip, piece, tiles, sources, outputs, residuals, fetchesNext: strip + 1 < endStrip);
            }

            for (int i = 0; i < tiles.Rows && piece + 1 < _functions.Length; i++)
            {
                sources[i] += (nint)_pieceSteps * _kernel.ElementsPerStep * _kernel.ElementSize;
            }
        }
    }

    /// <summary>What is the same for all tiles of a strip.</summary>
    private TileArguments StripArguments(in Job job, int group, int strip, int piece)
    {
        int column = strip * _layout.StripWidth, vectors = _layout.StripVectors(strip), steps = _layout.Steps / job.Taps, firstStep = piece * _pieceSteps;
        nint first = (nint)group * _layout.PaddedColumns + column;
        nint stepBytes = (nint)vectors * _kernel.Lanes * _kernel.ElementsPerStep * _kernel.ElementSize;
        bool isFirst = piece == 0;
        int* bias = job.Call.Bias is null ? (int*)_bias.Pointer : job.Call.Bias;
        float* multipliers = job.Call.Multipliers is null ? (float*)_multipliers.Pointer : job.Call.Multipliers;
        return new TileArguments
        {
            Taps = job.Taps,
            Steps = _functions.Length == 1 ? steps : Math.Min(_pieceSteps, steps - firstStep),
            Panel = _panels.Pointer + group * _layout.Bytes + _layout.StripOffset(strip) + firstStep * stepBytes,
            Columns = _layout.StripColumns(strip),
            OutputOffset = (nint)column * _outputSize,
            ResidualOffset = (nint)column * (isFirst ? _residualSize : _outputSize),
            Bias = (byte*)(isFirst ? bias + first : (int*)_zeros.Pointer),
            Multipliers = multipliers + first,
            FloatBias = (float*)_floatBias.Pointer + first,
            Epilogue = (EpilogueData*)_epilogue.Pointer + piece,
        };
    }

    private void RunStrip(
        in Job job, int group, int strip, int piece, in BlockTiles tiles, byte** sources, byte** outputs, byte** residuals, bool fetchesNext)
    {
        TileArguments arguments = StripArguments(job, group, strip, piece);
        arguments.Rows = sources;
        int vectors = _layout.StripVectors(strip);
        bool isFirst = piece == 0;
        byte** added = isFirst ? residuals : outputs;
        bool hasShort = tiles.Count > tiles.LongCount;
        byte* next = fetchesNext ? arguments.Panel + (tiles.Count == 1 ? StreamAhead : _layout.StripOffset(strip + 1) - _layout.StripOffset(strip)) : null;
        if (tiles.LongCount > 0)
        {
            (arguments.Tiles, arguments.RowsPerTile) = (tiles.LongCount, tiles.LongRows);
            arguments.Outputs = outputs;
            arguments.Residuals = added;
            Invoke(arguments, vectors, _functions[piece], isFirst ? _residualSize : _outputSize, hasShort ? null : next);
        }

        if (hasShort)
        {
            int done = tiles.LongCount * tiles.LongRows;
            arguments.Rows = sources + (nint)done * job.Taps;
            (arguments.Tiles, arguments.RowsPerTile) = (tiles.Count - tiles.LongCount, tiles.LongRows - 1);
            arguments.Outputs = outputs + done;
            arguments.Residuals = added is null ? null : added + done;
            Invoke(arguments, vectors, _functions[piece], isFirst ? _residualSize : _outputSize, next);
        }
    }

    private void Invoke(TileArguments arguments, int vectors, TileFunctions functions, int residualSize, byte* next)
    {
        if (_kernel.NeedsWholeVectors && arguments.Columns % _kernel.Lanes != 0)
        {
            RunPaddedStrip(arguments, vectors, functions, residualSize);
        }
        else if (next is not null)
        {
            functions.InvokeAndFetch(&arguments, vectors, next);
        }
        else
        {
            functions.Invoke(&arguments, vectors);
        }
    }

    // A kernel without masks writes whole vectors: it works on padded copies of the strip's columns.
    private void RunPaddedStrip(TileArguments arguments, int vectors, TileFunctions functions, int residualSize)
    {
        int slots = (int)(arguments.Tiles * arguments.RowsPerTile), columns = (int)arguments.Columns, padded = vectors * _kernel.Lanes;
        byte** outputs = arguments.Outputs, residuals = arguments.Residuals;
        using Scratch.Frame frame = Scratch.Take(2L * slots * sizeof(byte*) + (long)slots * padded * (_outputSize + residualSize));
        byte** paddedOutputs = (byte**)frame.Pointer, paddedResiduals = paddedOutputs + slots;
        byte* memory = (byte*)(paddedResiduals + slots);
        for (int i = 0; i < slots; i++)
        {
            paddedOutputs[i] = memory;
            memory += padded * _outputSize;
            paddedResiduals[i] = memory;
            if (residuals is not null)
            {
                ByteCopy.Copy(residuals[i] + arguments.ResidualOffset, memory, columns * residualSize);
            }

            memory += padded * residualSize;
        }

        nint outputOffset = arguments.OutputOffset;
        arguments.Outputs = paddedOutputs;
        arguments.Residuals = paddedResiduals;
        arguments.OutputOffset = 0;
        arguments.ResidualOffset = 0;
        arguments.Columns = padded;
        functions.Invoke(&arguments, vectors);
        for (int i = 0; i < slots; i++)
        {
            ByteCopy.Copy(paddedOutputs[i], outputs[i] + outputOffset, columns * _outputSize);
        }
    }

    /// <summary>The tiles of a block: the first ones have <paramref name="LongRows"/> rows, the others one less.</summary>
    private readonly record struct BlockTiles(int LongCount, int Count, int LongRows)
    {
        internal int Rows => Count * (LongRows - 1) + LongCount;
    }
}
