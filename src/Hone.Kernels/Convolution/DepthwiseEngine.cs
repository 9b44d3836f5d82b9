using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;
using Hone.Kernels.Threading;

namespace Hone.Kernels.Convolution;

/// <summary>A convolution of each channel by itself: packed weights, epilogue and chosen kernel. Borders point at a row of
/// padding.</summary>
internal sealed unsafe class DepthwiseEngine : IDisposable
{
    private const int MinChannels = 4;
    private const int PixelsPerTile = 4;
    private const int MaxTaps = 1024;

    private readonly ConvolutionShape _shape;
    private readonly TileType _type;
    private readonly int _width;
    private readonly int _taps;
    private readonly NativeBuffer _weights;
    private readonly NativeBuffer _columns;
    private readonly NativeBuffer _padding;
    private readonly NativeBuffer _epilogue;
    private readonly Activation _activation;
    private readonly EmittedDepthwise? _emitted;
    private readonly byte _paddingByte;

    /// <summary>Packs [channel][tap] weights.</summary>
    internal DepthwiseEngine(ConvolutionShape shape, TileType type, ReadOnlySpan<byte> weights, DenseEpilogue epilogue, KernelOptions options)
    {
        int channels = shape.OutChannels;
        _shape = shape;
        _type = type;
        _activation = epilogue.Activation;
        _paddingByte = epilogue.PaddingByte;
        _width = VectorWidth.For(options.Features);
        while (_width > 128 && channels < _width / 32)
        {
            _width /= 2;
        }

        int taps = shape.KernelHeight * shape.KernelWidth;
        _taps = type == TileType.Float32 ? taps : (taps + 1) & ~1;
        _weights = new NativeBuffer((long)_taps * channels * (type == TileType.Float32 ? 4 : 2));
        if (type == TileType.Float32)
        {
            ReadOnlySpan<float> source = MemoryMarshal.Cast<byte, float>(weights);
            for (int i = 0; i < source.Length; i++)
            {
                ((float*)_weights.Pointer)[i % taps * channels + i / taps] = source[i];
            }
        }
        else
        {
            // [tap pair][channel][2] in 16 bits.
            for (int i = 0; i < weights.Length; i++)
            {
                int tap = i % taps, channel = i / taps;
                ((short*)_weights.Pointer)[(tap / 2 * channels + channel) * 2 + tap % 2] = (sbyte)weights[i];
            }
        }

        int padded = (channels + 15) & ~15;
        _columns = new NativeBuffer(3L * padded * 4);
        epilogue.Bias.CopyTo(new Span<byte>(_columns.Pointer, padded * 4));
        epilogue.Multipliers.CopyTo(new Span<float>(_columns.Pointer + padded * 4, padded));
        epilogue.FloatBias.CopyTo(new Span<float>(_columns.Pointer + padded * 8, padded));
        _padding = new NativeBuffer((long)channels * 4 + 256);
        new Span<byte>(_padding.Pointer, (int)_padding.Length).Fill(epilogue.PaddingByte);
        _epilogue = new NativeBuffer(sizeof(EpilogueData));
        *(EpilogueData*)_epilogue.Pointer = epilogue.Data;
        DepthwiseKernel best = KernelCatalogue.DepthwiseFor(type, options).First();
        _emitted = best.IsEmitted ? EmittedDepthwise.TryCreate(shape, type, weights, epilogue) : null;
        DepthwiseKernel kernel = _emitted is not null ? best : KernelCatalogue.DepthwiseFor(type, options).First(k => !k.IsEmitted && KernelCatalogue.Width(k.Isa) <= _width);
        KernelId = kernel.IdFor(shape);
    }

    internal string KernelId { get; }

    internal long PackedBytes => _emitted?.PackedBytes ?? _weights.Length;

    internal static bool Supports(ConvolutionShape shape) =>
        shape.IsDepthwise && shape.OutChannels >= MinChannels && shape.KernelHeight * shape.KernelWidth <= MaxTaps;

    public void Dispose()
    {
        _emitted?.Dispose();
        _weights.Dispose();
        _columns.Dispose();
        _padding.Dispose();
        _epilogue.Dispose();
    }

    internal void Run(in DenseCall call)
    {
        int height = _shape.OutputHeight(call.Height), width = _shape.OutputWidth(call.Width);
        if (height == 0 || width == 0 || call.Batch == 0)
        {
            return;
        }

        Job job = new() { Engine = this, Call = call, Height = height, Width = width };
        call.Pool.Run(ref job, checked(call.Batch * height), Calls.Threads(call, (double)call.Batch * height * width * _shape.OutChannels * _taps));
    }

    private struct Job : IParallelJob
    {
        internal DepthwiseEngine Engine;
        internal DenseCall Call;
        internal int Height;
        internal int Width;

        public readonly void Execute(int item)
        {
            if (Engine._emitted is not null)
            {
                Engine.RunEmittedRow(in this, item / Height, item % Height);
                return;
            }

            switch (Engine._width)
            {
                case 512: Engine.RunRow<Simd512, Vector512<float>, Vector512<int>>(in this, item / Height, item % Height); break;
                case 256: Engine.RunRow<Simd256, Vector256<float>, Vector256<int>>(in this, item / Height, item % Height); break;
                default: Engine.RunRow<Simd128, Vector128<float>, Vector128<int>>(in this, item / Height, item % Height); break;
            }
        }
    }

    private void RunEmittedRow(in Job job, int image, int y)
    {
        int rows = _shape.KernelHeight;
        nint rowBytes = job.Call.Width * job.Call.InputStride;
        int firstRow = y * _shape.StrideHeight - _shape.PadTop;
        bool isBorder = firstRow < 0 || firstRow + rows > job.Call.Height;
        using Scratch.Frame frame = Scratch.Take(rows * sizeof(byte*) + (isBorder ? rowBytes : 0));
        byte** sources = (byte**)frame.Pointer;
        byte* padding = (byte*)(sources + rows);
        if (isBorder)
        {
            new Span<byte>(padding, (int)rowBytes).Fill(_paddingByte);
        }

        for (int r = 0; r < rows; r++)
        {
            int row = firstRow + r;
            sources[r] = (uint)row < (uint)job.Call.Height ? job.Call.Input + ((nint)image * job.Call.Height + row) * rowBytes : padding;
        }

        nint output = ((nint)image * job.Height + y) * job.Width;
        DepthwiseArguments arguments = new()
        {
            Rows = sources,
            InputStride = job.Call.InputStride,
            FirstColumn = -_shape.PadLeft * job.Call.InputStride,
            Limit = rowBytes,
            Padding = _padding.Pointer,
            Output = job.Call.Output + output * job.Call.OutputStride,
            OutputStride = job.Call.OutputStride,
            Outputs = job.Width,
            Epilogue = (EpilogueData*)_epilogue.Pointer,
        };
        _emitted!.RunRow(&arguments);
        for (int x = 0; x < job.Width && _activation.Operation != UnaryOperation.Identity; x++)
        {
            float* pixel = (float*)(job.Call.Output + (output + x) * job.Call.OutputStride);
            Unary.Run(_activation, pixel, pixel, _shape.OutChannels);
        }
    }

    private void RunRow<S, V, I>(in Job job, int image, int y)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        int channels = _shape.OutChannels, padded = (channels + 15) & ~15;
        using Scratch.Frame frame = Scratch.Take((long)_taps * PixelsPerTile * sizeof(byte*) + (long)PixelsPerTile * padded * 4);
        byte** sources = (byte**)frame.Pointer;
        byte* accumulators = (byte*)(sources + (nint)_taps * PixelsPerTile);
        TileArguments arguments = new()
        {
            Columns = channels,
            Bias = _columns.Pointer,
            Multipliers = (float*)(_columns.Pointer + (nint)padded * 4),
            FloatBias = (float*)(_columns.Pointer + (nint)padded * 8),
            Epilogue = (EpilogueData*)_epilogue.Pointer,
        };
        for (int x = 0; x < job.Width; x += PixelsPerTile)
        {
            int pixels = Math.Min(PixelsPerTile, job.Width - x);
            for (int p = 0; p < PixelsPerTile; p++)
            {
                Point(job.Call, image, y, x + Math.Min(p, pixels - 1), sources + p);
            }

            if (_type == TileType.Float32)
            {
                SumFloats<S, V, I>(sources, (float*)accumulators, padded);
            }
            else
            {
                SumBytes<S, V, I>(sources, (int*)accumulators, padded);
            }

            for (int p = 0; p < pixels; p++)
            {
                nint pixel = ((nint)image * job.Height + y) * job.Width + x + p;
                byte* output = job.Call.Output + pixel * job.Call.OutputStride;
                byte* residual = job.Call.Residual is null ? null : job.Call.Residual + pixel * job.Call.ResidualStride;
                if (_type == TileType.Float32)
                {
                    Epilogue<S, V, I>.FloatRow(&arguments, (float*)accumulators + p * padded, output, residual);
                }
                else
                {
                    Epilogue<S, V, I>.IntRow(&arguments, (int*)accumulators + p * padded, output, residual);
                }

                if (_activation.Operation != UnaryOperation.Identity)
                {
                    Unary.Run(_activation, (float*)output, (float*)output, channels);
                }
            }
        }
    }

    private void Point(in DenseCall call, int image, int outputY, int outputX, byte** target)
    {
        int y = outputY * _shape.StrideHeight - _shape.PadTop, firstX = outputX * _shape.StrideWidth - _shape.PadLeft;
        byte** end = target + _taps * PixelsPerTile;
        for (int kh = 0; kh < _shape.KernelHeight; kh++, y += _shape.DilationHeight)
        {
            byte* row = call.Input + ((nint)image * call.Height + y) * call.Width * call.InputStride;
            int x = firstX;
            for (int kw = 0; kw < _shape.KernelWidth; kw++, x += _shape.DilationWidth, target += PixelsPerTile)
            {
                *target = (uint)y < (uint)call.Height && (uint)x < (uint)call.Width ? row + x * call.InputStride : _padding.Pointer;
            }
        }

        // The second of a last, half-empty pair has zero weights.
        for (; target < end; target += PixelsPerTile)
        {
            *target = _padding.Pointer;
        }
    }

    // The last vector overlaps the one before where the channels do not fill it.
    private void SumFloats<S, V, I>(byte** sources, float* accumulators, int padded)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        int channels = _shape.OutChannels;
        for (int next = 0; next < channels; next += S.Count)
        {
            int c = Math.Min(next, channels - S.Count);
            float* weights = (float*)_weights.Pointer + c;
            byte** row = sources;
            V a0 = default, a1 = default, a2 = default, a3 = default;
            for (int tap = 0; tap < _taps; tap++, row += PixelsPerTile, weights += channels)
            {
                V w = S.Load(weights);
                a0 = S.FusedMultiplyAdd(w, S.Load((float*)row[0] + c), a0);
                a1 = S.FusedMultiplyAdd(w, S.Load((float*)row[1] + c), a1);
                a2 = S.FusedMultiplyAdd(w, S.Load((float*)row[2] + c), a2);
                a3 = S.FusedMultiplyAdd(w, S.Load((float*)row[3] + c), a3);
            }

            S.Store(a0, accumulators + c);
            S.Store(a1, accumulators + padded + c);
            S.Store(a2, accumulators + 2 * padded + c);
            S.Store(a3, accumulators + 3 * padded + c);
        }
    }

    private void SumBytes<S, V, I>(byte** sources, int* accumulators, int padded)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        int channels = _shape.OutChannels;
        for (int next = 0; next < channels; next += S.Count)
        {
            int c = Math.Min(next, channels - S.Count);
            int* weights = (int*)_weights.Pointer + c;
            byte** row = sources;
            I a0 = default, a1 = default, a2 = default, a3 = default;
            for (int tap = 0; tap < _taps; tap += 2, row += 2 * PixelsPerTile, weights += channels)
            {
                I w = S.LoadInt(weights);
                a0 = S.AddInt(a0, S.MultiplyAddPairs(Pair<S, V, I>(row[0] + c, row[4] + c), w));
                a1 = S.AddInt(a1, S.MultiplyAddPairs(Pair<S, V, I>(row[1] + c, row[5] + c), w));
                a2 = S.AddInt(a2, S.MultiplyAddPairs(Pair<S, V, I>(row[2] + c, row[6] + c), w));
                a3 = S.AddInt(a3, S.MultiplyAddPairs(Pair<S, V, I>(row[3] + c, row[7] + c), w));
            }

            S.StoreInt(a0, accumulators + c);
            S.StoreInt(a1, accumulators + padded + c);
            S.StoreInt(a2, accumulators + 2 * padded + c);
            S.StoreInt(a3, accumulators + 3 * padded + c);
        }
    }

    private static I Pair<S, V, I>(byte* first, byte* second)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct => S.AddInt(S.LoadBytes(first), S.ShiftLeft(S.LoadBytes(second), 16));
}
