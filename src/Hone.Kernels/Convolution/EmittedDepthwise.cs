using System.Runtime.InteropServices;
using Hone.Kernels.Emit;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;

namespace Hone.Kernels.Convolution;

/// <summary>Weights and entry points of an emitted depthwise kernel.</summary>
internal sealed unsafe class EmittedDepthwise : IDisposable
{
    private readonly DepthwiseVariant _variant;
    private readonly DepthwiseVariant _rest;
    private readonly NativeBuffer _blocks;
    private readonly int _channels;
    private readonly int _fullBlocks;
    private readonly nint _full;
    private readonly nint _tail;

    private EmittedDepthwise(ConvolutionShape shape, DepthwiseVariant variant, ReadOnlySpan<byte> weights, in DenseEpilogue epilogue)
    {
        _variant = variant;
        _channels = shape.OutChannels;
        _fullBlocks = _channels / variant.BlockChannels;
        int left = _channels % variant.BlockChannels;
        if (variant.Type != TileType.Float32 && left > 0)
        {
            variant = variant with { VectorBytes = left <= 16 ? 16 : left <= 32 ? 32 : 64 };
        }

        _rest = variant with { HasTail = left % variant.BlockChannels != 0 };
        _blocks = new NativeBuffer((long)_fullBlocks * _variant.BlockBytes + (left > 0 ? _rest.BlockBytes : 0));
        for (int c = 0; c < _channels; c++)
        {
            Pack(shape, c, weights, epilogue);
        }

        _full = _fullBlocks > 0 ? DepthwiseCode.Get(_variant) : 0;
        _tail = left > 0 ? DepthwiseCode.Get(_rest) : 0;
    }

    internal long PackedBytes => _blocks.Length;

    public void Dispose() => _blocks.Dispose();

    /// <summary>An emitted kernel for a shape and epilogue, or null where the generator has none.</summary>
    internal static EmittedDepthwise? TryCreate(ConvolutionShape shape, TileType type, ReadOnlySpan<byte> weights, in DenseEpilogue epilogue)
    {
        TileVariant clamps = TileVariant.Of(epilogue.Data, 1, 1, false);
        DepthwiseVariant variant = new(
            type, shape.KernelHeight, shape.KernelWidth, shape.StrideWidth, false, clamps.ClampsLow, clamps.ClampsHigh, clamps.IsOutputSigned) { HasZeroPoint = clamps.HasZeroPoint };
        bool kind = epilogue.Data.Kind == (type == TileType.Float32 ? EpilogueKind.Float : EpilogueKind.Requantize);
        bool plain = shape.DilationHeight == 1 && shape.DilationWidth == 1 && shape.PadLeft >= 0;
        return kind && plain && variant.Fits ? new EmittedDepthwise(shape, variant, weights, epilogue) : null;
    }

    /// <summary>One output row of all channels.</summary>
    /// <param name="arguments">All fields but Weights, Blocks and Channels set; used up.</param>
    internal void RunRow(DepthwiseArguments* arguments)
    {
        int full = _fullBlocks, size = _variant.Type == TileType.Float32 ? sizeof(float) : 1;
        arguments->Weights = _blocks.Pointer;
        if (full > 0)
        {
            arguments->Blocks = full;
            byte* output = arguments->Output;
            ((delegate* unmanaged<DepthwiseArguments*, void>)_full)(arguments);
            arguments->Output = output;
        }

        if (_tail == 0)
        {
            return;
        }

        int first = full * _variant.BlockChannels;
        arguments->Output += (nint)first * size;
        arguments->Weights = _blocks.Pointer + (nint)full * _variant.BlockBytes;
        arguments->Blocks = 1;
        arguments->Channels = _channels - first;
        ((delegate* unmanaged<DepthwiseArguments*, void>)_tail)(arguments);
    }

    private void Pack(ConvolutionShape shape, int channel, ReadOnlySpan<byte> weights, in DenseEpilogue epilogue)
    {
        int number = channel / _variant.BlockChannels, inBlock = channel % _variant.BlockChannels, taps = shape.KernelHeight * shape.KernelWidth;
        byte* block = _blocks.Pointer + (nint)number * _variant.BlockBytes;
        int vectorBytes = number < _fullBlocks ? _variant.VectorBytes : _rest.VectorBytes, lanes = vectorBytes / 4;

        // Unpacked bytes: vector q holds, in 128-bit lane l, channels 16 l + 4 q + 0..3 of the block.
        bool isFloat = _variant.Type == TileType.Float32;
        int vector = isFloat ? inBlock / 16 : inBlock % 16 / 4, lane = isFloat ? inBlock % 16 : inBlock / 16 * 4 + inBlock % 4;
        for (int tap = 0; tap < taps; tap++)
        {
            int row = tap / shape.KernelWidth, column = tap % shape.KernelWidth;
            if (isFloat)
            {
                ((float*)block)[((row * shape.KernelWidth + column) * _variant.Vectors + vector) * 16 + lane] = MemoryMarshal.Cast<byte, float>(weights)[channel * taps + tap];
            }
            else
            {
                block[((row / 4 * shape.KernelWidth + column) * _variant.Vectors + vector) * vectorBytes + lane * 4 + row % 4] = weights[channel * taps + tap];
            }
        }

        int bias = (_variant.WeightVectors + vector) * lanes + lane;
        ((int*)block)[bias] = epilogue.Bias.IsEmpty ? 0 : MemoryMarshal.Cast<byte, int>(epilogue.Bias)[channel];
        if (!isFloat)
        {
            ((float*)block)[bias + _variant.Vectors * lanes] = epilogue.Multipliers[channel];
        }
    }
}
