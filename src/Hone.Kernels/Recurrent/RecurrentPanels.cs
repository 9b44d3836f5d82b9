using System.Runtime.Intrinsics;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Recurrent;

/// <summary>Recurrent weights packed block after block, and their fp32 products with some rows of state.</summary>
internal sealed unsafe class RecurrentPanels : IDisposable
{
    private readonly TileKernel _kernel;
    private readonly TileFunctions _functions;
    private readonly PanelLayout _layout;
    private readonly NativeBuffer _panels;
    private readonly NativeBuffer _bias;
    private readonly NativeBuffer _epilogue;
    private readonly int _width;

    /// <summary>Packs rows [blocks * columns][depth] with a bias per row; single rows are multiplied at a width of so many bits.</summary>
    internal RecurrentPanels(TileKernel kernel, int width, int blocks, int columns, int depth, ReadOnlySpan<float> rows, ReadOnlySpan<float> bias)
    {
        (_kernel, _width, Columns) = (kernel, width, columns);
        EpilogueData data = new() { Kind = EpilogueKind.Float, Low = float.NegativeInfinity, High = float.PositiveInfinity };
        _functions = new TileFunctions(kernel, data);
        _epilogue = new NativeBuffer(sizeof(EpilogueData));
        *(EpilogueData*)_epilogue.Pointer = data;
        _layout = new PanelLayout(kernel, depth, columns);
        _panels = new NativeBuffer(blocks * _layout.Bytes);
        _bias = new NativeBuffer((long)blocks * columns * sizeof(float));
        bias.CopyTo(new Span<float>(_bias.Pointer, blocks * columns));
        fixed (float* source = rows)
        {
            for (int block = 0; block < blocks; block++)
            {
                _layout.Pack(source + (nint)block * columns * depth, 1, depth, (float*)(_panels.Pointer + block * _layout.Bytes));
            }
        }
    }

    /// <summary>Columns of a block.</summary>
    internal int Columns { get; }

    internal long Bytes => _panels.Length;

    /// <summary>Multiplies some rows by a block.</summary>
    /// <param name="block">Which block.</param>
    /// <param name="rows">Addresses of [depth] elements.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="output">[count + the kernel's rows][columns]; rows beyond the count are overwritten.</param>
    internal void Multiply(int block, byte** rows, int count, float* output)
    {
        if (count == 1)
        {
            for (int strip = 0; strip < _layout.Strips; strip++)
            {
                MultiplyRow(block, strip, (float*)rows[0], output + (nint)strip * _layout.StripWidth);
            }

            return;
        }

        byte** addresses = stackalloc byte*[2 * _kernel.NarrowRows];
        for (int strip = 0; strip < _layout.Strips; strip++)
        {
            int vectors = _layout.StripVectors(strip), tileRows = _kernel.ChooseRows(count, vectors);
            byte** outputs = addresses + tileRows;
            for (int row = 0; row < count; row += tileRows)
            {
                for (int i = 0; i < tileRows; i++)
                {
                    addresses[i] = rows[Math.Min(row + i, count - 1)];
                    outputs[i] = (byte*)(output + (nint)(row + i) * Columns + strip * _layout.StripWidth);
                }

                TileArguments arguments = new()
                {
                    Rows = addresses,
                    Outputs = outputs,
                    Tiles = 1,
                    Taps = 1,
                    Steps = _layout.Steps,
                    RowsPerTile = tileRows,
                    Panel = _panels.Pointer + block * _layout.Bytes + _layout.StripOffset(strip),
                    Columns = _layout.StripColumns(strip),
                    Bias = _bias.Pointer + (((nint)block * Columns) + (strip * _layout.StripWidth)) * sizeof(float),
                    Epilogue = (EpilogueData*)_epilogue.Pointer,
                };
                _functions.Invoke(&arguments, vectors);
            }
        }
    }

    private void MultiplyRow(int block, int strip, float* row, float* output)
    {
        float* panel = (float*)(_panels.Pointer + block * _layout.Bytes + _layout.StripOffset(strip));
        float* bias = (float*)_bias.Pointer + (nint)block * Columns + strip * _layout.StripWidth;
        int columns = _layout.StripColumns(strip);
        switch (_width)
        {
            case 512: RowProduct<Simd512, Vector512<float>, Vector512<int>>.Run(row, panel, _layout.Depth, columns, bias, output); break;
            case 256: RowProduct<Simd256, Vector256<float>, Vector256<int>>.Run(row, panel, _layout.Depth, columns, bias, output); break;
            default: RowProduct<Simd128, Vector128<float>, Vector128<int>>.Run(row, panel, _layout.Depth, columns, bias, output); break;
        }
    }

    /// <summary>Rows that an output must have for a number of rows to multiply.</summary>
    internal int OutputRows(int count) => count + _kernel.NarrowRows;

    public void Dispose()
    {
        _panels.Dispose();
        _bias.Dispose();
        _epilogue.Dispose();
    }
}
