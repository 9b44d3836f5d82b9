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

    /// <summary>Room for blocks of [columns][depth] weights.</summary>
    protected RecurrentPanels(TileKernel kernel, EpilogueKind epilogue, int blocks, int columns, int depth)
    {
        (_kernel, Columns) = (kernel, columns);
        EpilogueData data = new() { Kind = epilogue, Low = float.NegativeInfinity, High = float.PositiveInfinity };
        _functions = new TileFunctions(kernel, data);
        _epilogue = new NativeBuffer(sizeof(EpilogueData));
        *(EpilogueData*)_epilogue.Pointer = data;
        Layout = new PanelLayout(kernel, depth, columns);
        _panels = new NativeBuffer(blocks * Layout.Bytes);
    }

    /// <summary>Columns of a block.</summary>
    internal int Columns { get; }

    /// <summary>Bytes of packed weights.</summary>
    internal virtual long Bytes => _panels.Length;

    /// <summary>How a block lies.</summary>
    protected PanelLayout Layout { get; }

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
    protected byte* Panel(int block) => _panels.Pointer + block * Layout.Bytes;

    /// <summary>Multiplies by tiles of rows.</summary>
    /// <param name="block">Which block.</param>
    /// <param name="rows">Addresses of rows.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="output">As for <see cref="Multiply"/>.</param>
    /// <param name="first">Bias, multipliers and float bias of the block's first column.</param>
    protected void RunTiles(int block, byte** rows, int count, float* output, in TileArguments first)
    {
        byte** addresses = stackalloc byte*[2 * _kernel.NarrowRows];
        for (int strip = 0; strip < Layout.Strips; strip++)
        {
            int vectors = Layout.StripVectors(strip), tileRows = _kernel.ChooseRows(count, vectors), column = strip * Layout.StripWidth;
            byte** outputs = addresses + tileRows;
            for (int row = 0; row < count; row += tileRows)
            {
                for (int i = 0; i < tileRows; i++)
                {
                    addresses[i] = rows[Math.Min(row + i, count - 1)];
                    outputs[i] = (byte*)(output + (nint)(row + i) * Columns + column);
                }

                TileArguments arguments = new()
                {
                    Rows = addresses,
                    Outputs = outputs,
                    Tiles = 1,
                    Taps = 1,
                    Steps = Layout.Steps,
                    RowsPerTile = tileRows,
                    Panel = Panel(block) + Layout.StripOffset(strip),
                    Columns = Layout.StripColumns(strip),
                    Bias = first.Bias + column * sizeof(float),
                    Multipliers = first.Multipliers + column,
                    FloatBias = first.FloatBias + column,
                    Epilogue = (EpilogueData*)_epilogue.Pointer,
                };
                _functions.Invoke(&arguments, vectors);
            }
        }
    }
}
