using System.Runtime.Intrinsics;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Recurrent;

/// <summary>Recurrent weights in fp32, and for few rows in bfloat16 where that is allowed.</summary>
internal sealed unsafe class FloatPanels : RecurrentPanels
{
    /// <summary>More rows than this share a read of fp32 weights better than they gain by shorter ones.</summary>
    private const int MostHalfRows = 4;

    private readonly NativeBuffer _bias;
    private readonly NativeBuffer? _halves;
    private readonly int _width;

    /// <summary>Packs rows [blocks * columns][depth] with a bias per row; single rows are multiplied at a width of so many bits.</summary>
    internal FloatPanels(TileKernel kernel, int width, bool allowsBFloat16, int blocks, int columns, int depth, ReadOnlySpan<float> rows, ReadOnlySpan<float> bias)
        : base(kernel, EpilogueKind.Float, blocks, columns, depth)
    {
        _width = width;
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

                Layout.Pack(source + (nint)block * columns * depth, 1, depth, (float*)Panel(block));
            }
        }
    }

    internal override long Bytes => base.Bytes + (_halves?.Length ?? 0);

    private nint EvenDepth => (Layout.Depth + 1) & ~1;

    private nint HalfElements => Columns * EvenDepth;

    internal override HiddenRows Begin(float* states, int rows, int stride, int firstBlock, int blocks, byte* scratch) =>
        new() { First = (byte*)states, Stride = stride * sizeof(float) };

    internal override void Multiply(int block, in HiddenRows hidden, byte** rows, int count, float* output)
    {
        if (count > 1 && (_halves is null || count > MostHalfRows))
        {
            RunTiles(block, rows, count, output, new TileArguments { Bias = _bias.Pointer + ((nint)block * Columns * sizeof(float)) });
            return;
        }

        for (int row = 0; row < count; row++)
        {
            foreach (RecurrentStrip strip in Strips)
            {
                MultiplyRow(block, strip, (float*)rows[row], output + ((nint)row * Columns) + strip.Column);
            }
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _halves?.Dispose();
        _bias.Dispose();
    }

    /// <summary>Packs rows [columns][depth] to strips of [depth / 2][columns][2].</summary>
    private void PackHalves(float* rows, ushort* target)
    {
        for (int column = 0; column < Columns; column++)
        {
            (int strip, int inStrip) = Math.DivRem(column, Layout.StripWidth);
            ushort* first = target + (strip * Layout.StripWidth * EvenDepth) + (2 * inStrip);
            int width = Layout.StripColumns(strip);
            for (int k = 0; k < Layout.Depth; k++)
            {
                first[((nint)(k >> 1) * 2 * width) + (k & 1)] = BFloat16.FromFloat(rows[((nint)column * Layout.Depth) + k]);
            }
        }
    }

    private void MultiplyRow(int block, RecurrentStrip strip, float* row, float* output)
    {
        float* panel = (float*)(Panel(block) + strip.Offset);
        float* bias = (float*)_bias.Pointer + (nint)block * Columns + strip.Column;
        int columns = strip.Columns, depth = Layout.Depth;
        if (_halves is not null)
        {
            ushort* half = (ushort*)_halves.Pointer + (block * HalfElements) + (strip.Column * EvenDepth);
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
}
