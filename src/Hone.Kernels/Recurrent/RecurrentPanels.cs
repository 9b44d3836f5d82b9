using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;

namespace Hone.Kernels.Recurrent;

/// <summary>Recurrent weights packed block after block, and their products with some rows of state.</summary>
internal abstract unsafe class RecurrentPanels : IDisposable
{
    private readonly TileKernel _kernel;
    private readonly TileFunctions _functions;
    private readonly NativeBuffer _panels;
    private readonly NativeBuffer _epilogue;
    private readonly long _blockBytes;
    private readonly int _steps;

    /// <summary>Room for blocks of [columns][depth] weights.</summary>
    protected RecurrentPanels(TileKernel kernel, EpilogueKind epilogue, int blocks, int columns, int depth)
    {
        (_kernel, Columns) = (kernel, columns);
        EpilogueData data = new() { Kind = epilogue, Low = float.NegativeInfinity, High = float.PositiveInfinity };
        _functions = new TileFunctions(kernel, data);
        _epilogue = new NativeBuffer(sizeof(EpilogueData));
        *(EpilogueData*)_epilogue.Pointer = data;
        PanelLayout layout = Layout = new PanelLayout(kernel, depth, columns);
        (_blockBytes, _steps) = (layout.Bytes, layout.Steps);
        Strips = [.. Enumerable.Range(0, layout.Strips)
            .Select(i => new RecurrentStrip(i * layout.StripWidth, layout.StripColumns(i), layout.StripVectors(i), (nint)layout.StripOffset(i)))];
        _panels = new NativeBuffer(blocks * _blockBytes);
    }

    /// <summary>Columns of a block.</summary>
    internal int Columns { get; }

    /// <summary>Bytes of packed weights.</summary>
    internal virtual long Bytes => _panels.Length;

    /// <summary>How a block lies.</summary>
    protected PanelLayout Layout { get; }

    /// <summary>The strips of a block, worked out once: a step of one sequence is too short to divide for each.</summary>
    protected RecurrentStrip[] Strips { get; }

    /// <summary>Bytes of scratch memory that <see cref="Begin"/> takes, a multiple of 64.</summary>
    /// <param name="rows">Rows of state.</param>
    /// <param name="stride">Elements between them.</param>
    /// <param name="blocks">Blocks that will be multiplied.</param>
    internal virtual long ScratchBytes(int rows, int stride, int blocks) => 0;

    /// <summary>Brings the rows of a step into the form that is multiplied.</summary>
    /// <param name="states">[rows][stride] hidden states.</param>
    /// <param name="rows">Rows of state.</param>
    /// <param name="stride">Elements between them.</param>
    /// <param name="firstBlock">First block that will be multiplied.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="scratch"><see cref="ScratchBytes"/> bytes, aligned to 64.</param>
    internal abstract HiddenRows Begin(float* states, int rows, int stride, int firstBlock, int blocks, byte* scratch);

    /// <summary>Multiplies some rows by a block.</summary>
    /// <param name="block">Which block.</param>
    /// <param name="hidden">What <see cref="Begin"/> gave.</param>
    /// <param name="rows">Addresses of some of its rows.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="output">[count + the kernel's rows][columns]; rows beyond the count are overwritten.</param>
    internal abstract void Multiply(int block, in HiddenRows hidden, byte** rows, int count, float* output);

    /// <summary>Rows that an output must have for a number of rows to multiply.</summary>
    internal int OutputRows(int count) => count + _kernel.NarrowRows;

    public virtual void Dispose()
    {
        _panels.Dispose();
        _epilogue.Dispose();
    }

    /// <summary>The first byte of a packed block.</summary>
    protected byte* Panel(int block) => _panels.Pointer + block * _blockBytes;

    /// <summary>Multiplies by tiles of rows.</summary>
    /// <param name="block">Which block.</param>
    /// <param name="rows">Addresses of rows.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="output">As for <see cref="Multiply"/>.</param>
    /// <param name="first">Bias, multipliers and float bias of the block's first column.</param>
    protected void RunTiles(int block, byte** rows, int count, float* output, in TileArguments first)
    {
        byte** addresses = stackalloc byte*[2 * _kernel.NarrowRows];
        foreach (RecurrentStrip strip in Strips)
        {
            int tileRows = count == 1 ? 1 : _kernel.ChooseRows(count, strip.Vectors);
            byte** outputs = addresses + tileRows;
            for (int row = 0; row < count; row += tileRows)
            {
                for (int i = 0; i < tileRows; i++)
                {
                    addresses[i] = rows[Math.Min(row + i, count - 1)];
                    outputs[i] = (byte*)(output + (nint)(row + i) * Columns + strip.Column);
                }

                TileArguments arguments = new()
                {
                    Rows = addresses,
                    Outputs = outputs,
                    Tiles = 1,
                    Taps = 1,
                    Steps = _steps,
                    RowsPerTile = tileRows,
                    Panel = Panel(block) + strip.Offset,
                    Columns = strip.Columns,
                    Bias = first.Bias + strip.Column * sizeof(float),
                    Multipliers = first.Multipliers + strip.Column,
                    FloatBias = first.FloatBias + strip.Column,
                    Epilogue = (EpilogueData*)_epilogue.Pointer,
                };
                _functions.Invoke(&arguments, strip.Vectors);
            }
        }
    }
}
