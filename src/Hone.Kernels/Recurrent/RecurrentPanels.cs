using System.Runtime.Intrinsics;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Recurrent;

/// <summary>Recurrent weights packed block after block, and their fp32 products with some rows of state.</summary>
internal sealed unsafe class RecurrentPanels : IDisposable
{
    /// <summary>More rows than this share a read of fp32 weights better than they gain by shorter ones.</summary>
    private const int MostHalfRows = 4;

    private readonly TileKernel _kernel;
    private readonly TileFunctions _functions;
    private readonly PanelLayout _layout;
    private readonly NativeBuffer _panels;
    private readonly NativeBuffer _bias;
    private readonly NativeBuffer _epilogue;
    private readonly NativeBuffer? _halves;
    private readonly int _width;

    /// <summary>Packs rows [blocks * columns][depth] with a bias per row; single rows are multiplied at a width of so many bits.</summary>
    internal RecurrentPanels(TileKernel kernel, int width, bool allowsBFloat16, int blocks, int columns, int depth, ReadOnlySpan<float> rows, ReadOnlySpan<float> bias)
    {
        (_kernel, _width, Columns) = (kernel, width, columns);
        EpilogueData data = new() { Kind = EpilogueKind.Float, Low = float.NegativeInfinity, High = float.PositiveInfinity };
        _functions = new TileFunctions(kernel, data);
        _epilogue = new NativeBuffer(sizeof(EpilogueData));
        *(EpilogueData*)_epilogue.Pointer = data;
        _layout = new PanelLayout(kernel, depth, columns);
        _panels = new NativeBuffer(blocks * _layout.Bytes);
        _bias = new NativeBuffer((long)blocks * columns * sizeof(float));
        _halves = allowsBFloat16 ? new NativeBuffer(blocks * HalfElements * sizeof(ushort)) : null;
        bias.CopyTo(new Span<float>(_bias.Pointer, blocks * columns));
        fixed (float* source = rows)
        {
            for (int block = 0; block < blocks; block++)
            {
                if (_halves is not null)
                {
                    PackHalves(source + (nint)block * columns * depth, (ushort*)_halves.Pointer + (block * HalfElements));
                }

                _layout.Pack(source + (nint)block * columns * depth, 1, depth, (float*)(_panels.Pointer + block * _layout.Bytes));
            }
        }
    }

    /// <summary>Columns of a block.</summary>
    internal int Columns { get; }

    internal long Bytes => _panels.Length + (_halves?.Length ?? 0);

    private nint EvenDepth => (_layout.Depth + 1) & ~1;

    private nint HalfElements => Columns * EvenDepth;

    /// <summary>Multiplies some rows by a block.</summary>
    /// <param name="block">Which block.</param>
    /// <param name="rows">Addresses of [depth] elements.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="output">[count + the kernel's rows][columns]; rows beyond the count are overwritten.</param>
    internal void Multiply(int block, byte** rows, int count, float* output)
    {
        if (count == 1 || (_halves is not null && count <= MostHalfRows))
        {
            for (int row = 0; row < count; row++)
            {
                for (int strip = 0; strip < _layout.Strips; strip++)
                {
                    MultiplyRow(block, strip, (float*)rows[row], output + ((nint)row * Columns) + (strip * _layout.StripWidth));
                }
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

    /// <summary>Packs rows [columns][depth] to strips of [depth / 2][columns][2].</summary>
    private void PackHalves(float* rows, ushort* target)
    {
        for (int column = 0; column < Columns; column++)
        {
            (int strip, int inStrip) = Math.DivRem(column, _layout.StripWidth);
            ushort* first = target + (strip * _layout.StripWidth * EvenDepth) + (2 * inStrip);
            int width = _layout.StripColumns(strip);
            for (int k = 0; k < _layout.Depth; k++)
            {
                first[((nint)(k >> 1) * 2 * width) + (k & 1)] = BFloat16.FromFloat(rows[((nint)column * _layout.Depth) + k]);
            }
        }
    }

    private void MultiplyRow(int block, int strip, float* row, float* output)
    {
        float* panel = (float*)(_panels.Pointer + block * _layout.Bytes + _layout.StripOffset(strip));
        float* bias = (float*)_bias.Pointer + (nint)block * Columns + strip * _layout.StripWidth;
        int columns = _layout.StripColumns(strip), depth = _layout.Depth;
        if (_halves is not null)
        {
            ushort* half = (ushort*)_halves.Pointer + (block * HalfElements) + ((nint)strip * _layout.StripWidth * EvenDepth);
            switch (_width)
            {
                case 512: RowProduct<Simd512, Vector512<float>, Vector512<int>>.RunHalf(row, half, depth, columns, bias, output); break;
                case 256: RowProduct<Simd256, Vector256<float>, Vector256<int>>.RunHalf(row, half, depth, columns, bias, output); break;
                default: RowProduct<Simd128, Vector128<float>, Vector128<int>>.RunHalf(row, half, depth, columns, bias, output); break;
            }

            return;
        }

        switch (_width)
        {
            case 512: RowProduct<Simd512, Vector512<float>, Vector512<int>>.Run(row, panel, depth, columns, bias, output); break;
            case 256: RowProduct<Simd256, Vector256<float>, Vector256<int>>.Run(row, panel, depth, columns, bias, output); break;
            default: RowProduct<Simd128, Vector128<float>, Vector128<int>>.Run(row, panel, depth, columns, bias, output); break;
        }
    }

    /// <summary>Rows that an output must have for a number of rows to multiply.</summary>
    internal int OutputRows(int count) => count + _kernel.NarrowRows;

    public void Dispose()
    {
        _panels.Dispose();
        _halves?.Dispose();
        _bias.Dispose();
        _epilogue.Dispose();
    }
}
