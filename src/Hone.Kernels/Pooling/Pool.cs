using Hone.Kernels.Threading;

namespace Hone.Kernels.Pooling;

/// <summary>Max and average pooling over channels-last maps, with ONNX semantics. Runs allocate no managed memory.</summary>
public static unsafe class Pool
{
    /// <summary>fp32 maximum; padding does not take part, NaN wins.</summary>
    /// <param name="shape">The attributes.</param>
    /// <param name="arguments">Sizes and memory.</param>
    public static void MaxF32(in PoolingShape shape, in PoolingArguments arguments) => Run(PoolKind.MaxFloat, shape, arguments, default);

    /// <summary>u8 maximum; padding does not take part.</summary>
    /// <param name="shape">The attributes.</param>
    /// <param name="arguments">Sizes and memory.</param>
    public static void MaxU8(in PoolingShape shape, in PoolingArguments arguments) => Run(PoolKind.MaxByte, shape, arguments, default);

    /// <summary>s8 maximum; padding does not take part.</summary>
    /// <param name="shape">The attributes.</param>
    /// <param name="arguments">Sizes and memory.</param>
    public static void MaxS8(in PoolingShape shape, in PoolingArguments arguments) => Run(PoolKind.MaxSignedByte, shape, arguments, default);

    /// <summary>fp32 average, summed in ascending window order and divided by the number of elements that count.</summary>
    /// <param name="shape">The attributes.</param>
    /// <param name="arguments">Sizes and memory.</param>
    public static void AverageF32(in PoolingShape shape, in PoolingArguments arguments) => Run(PoolKind.AverageFloat, shape, arguments, default);

    /// <summary>
    /// u8 average of a quantized map: y = saturate(zpOut + rne((sum - count * zpIn) * (scaleIn / scaleOut) / count)); a global one has a
    /// window of the whole map.
    /// </summary>
    /// <param name="shape">The attributes.</param>
    /// <param name="arguments">Sizes and memory.</param>
    /// <param name="quantization">Scales and zero points.</param>
    public static void AverageU8(in PoolingShape shape, in PoolingArguments arguments, PoolQuantization quantization) =>
        Run(PoolKind.AverageByte, shape, arguments, quantization);

    private static void Run(PoolKind kind, in PoolingShape shape, in PoolingArguments arguments, PoolQuantization quantization)
    {
        int height = shape.OutputHeight(arguments.Height), width = shape.OutputWidth(arguments.Width);
        if (height == 0 || width == 0 || arguments.Batch == 0 || arguments.Channels == 0)
        {
            return;
        }

        PoolJob job = new()
        {
            Kind = kind,
            Shape = shape,
            Arguments = arguments,
            Quantization = quantization,
            Height = height,
            Width = width,
            ChannelBlocks = ChannelBlocks(arguments, height),
        };
        (arguments.Pool ?? WorkerPool.Shared).Run(ref job, checked(arguments.Batch * height * job.ChannelBlocks), arguments.MaxThreads);
    }

    // Few output rows, as in global pooling, are shared out by channels too.
    private static int ChannelBlocks(in PoolingArguments arguments, int height) =>
        arguments.Batch * height >= 8 ? 1 : Math.Clamp(arguments.Channels / 128, 1, 8);
}
