using Hone.Kernels.Convolution;
using Hone.Kernels.Gemm;
using Hone.Kernels.MatMul;
using Hone.Kernels.Memory;
using Hone.Kernels.Quantization;

namespace Hone.Kernels.Recurrent;

/// <summary>Recurrent weights as s8; the hidden states of all sequences are quantized to u8 together, anew at every step.</summary>
internal sealed unsafe class Int8Panels : RecurrentPanels
{
    private readonly NativeBuffer _columnSums;
    private readonly NativeBuffer _scales;
    private readonly NativeBuffer _bias;

    /// <summary>Packs rows [blocks * columns][depth] with a scale and a bias per row.</summary>
    internal Int8Panels(TileKernel kernel, int blocks, int columns, int depth, ReadOnlySpan<sbyte> rows, ReadOnlySpan<float> scales, ReadOnlySpan<float> bias)
        : base(kernel, EpilogueKind.Dequantize, blocks, columns, depth)
    {
        int all = blocks * columns;
        _columnSums = new NativeBuffer((long)all * sizeof(int));
        _scales = new NativeBuffer((long)all * sizeof(float));
        _bias = new NativeBuffer((long)all * sizeof(float));
        Requantization.FoldZeroPoint(rows, [], all, depth, 1, depth, -1).CopyTo(new Span<int>(_columnSums.Pointer, all));
        scales.CopyTo(new Span<float>(_scales.Pointer, all));
        bias.CopyTo(new Span<float>(_bias.Pointer, all));
        fixed (sbyte* source = rows)
        {
            for (int block = 0; block < blocks; block++)
            {
                Layout.Pack(source + (nint)block * columns * depth, 1, depth, (sbyte*)Panel(block));
            }
        }
    }

    internal override long ScratchBytes(int rows, int stride, int blocks) => CodeBytes(rows, stride) + (2 * ColumnBytes(blocks));

    internal override HiddenRows Begin(float* states, int rows, int stride, int firstBlock, int blocks, byte* scratch)
    {
        HiddenRows hidden = new()
        {
            First = scratch,
            Stride = stride,
            FirstBlock = firstBlock,
            Bias = (int*)(scratch + CodeBytes(rows, stride)),
            Multipliers = (float*)(scratch + CodeBytes(rows, stride) + ColumnBytes(blocks)),
        };
        nint count = (nint)rows * stride, column = (nint)firstBlock * Columns;
        (float min, float max) = QuantizeLinear.Range(states, count);
        (float scale, int zeroPoint) = QuantizeLinear.Parameters(min, max);
        QuantizeLinear.Quantize(states, scratch, count, scale, zeroPoint);
        DynamicParameters.Apply((int*)_columnSums.Pointer + column, (float*)_scales.Pointer + column, blocks * Columns, scale, zeroPoint, hidden.Bias, hidden.Multipliers);
        return hidden;
    }

    internal override void Multiply(int block, in HiddenRows hidden, byte** rows, int count, float* output)
    {
        nint column = (nint)(block - hidden.FirstBlock) * Columns;
        RunTiles(block, rows, count, output, new TileArguments
        {
            Bias = (byte*)(hidden.Bias + column),
            Multipliers = hidden.Multipliers + column,
            FloatBias = (float*)_bias.Pointer + ((nint)block * Columns),
        });
    }

    public override void Dispose()
    {
        base.Dispose();
        _columnSums.Dispose();
        _scales.Dispose();
        _bias.Dispose();
    }

    private static long CodeBytes(int rows, int stride) => (((long)rows * stride) + 127) & ~63L;

    private long ColumnBytes(int blocks) => (((long)blocks * Columns * sizeof(float)) + 63) & ~63L;
}
