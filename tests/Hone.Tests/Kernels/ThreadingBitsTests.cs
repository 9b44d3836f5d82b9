using Hone.Kernels.Convolution;
using Hone.Kernels.Threading;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class ThreadingBitsTests
{
    [Fact]
    public void Run_AnyThreadCount_SameBitsAndNoAllocation()
    {
        Random random = new(9);
        foreach ((string name, ConvolutionShape shape, int batch, int height, int width) in ConvolutionCases.All)
        {
            int inputs = batch * height * width * shape.InChannels, outputs = batch * shape.OutputHeight(height) * shape.OutputWidth(width) * shape.OutChannels;
            byte[] codes = new byte[inputs];
            sbyte[] weights = new sbyte[shape.Depth * shape.OutChannels];
            random.NextBytes(codes);
            random.NextBytes((byte[])(Array)weights);
            using GuardedBuffer x = GuardedBuffer.Of<byte>(codes), y = new(outputs), xf = GuardedBuffer.Of<float>([.. codes.Select(c => c / 255f)]), yf = new(outputs * 4L);
            using Int8Convolution bytes = new(shape, weights, [], new Int8Epilogue { Output = Int8Output.UInt8, Multipliers = [0.003f], InputZeroPoint = 9, OutputZeroPoint = 128 });
            using F32Convolution floats = new(shape, [.. weights.Select(w => w / 127f)], []);
            byte[]? first = null;
            float[]? firstFloats = null;
            foreach (int threads in new[] { 1, 2, 5 })
            {
                using WorkerPool pool = new(threads);
                ConvolutionArguments arguments = new()
                {
                    Input = x.Pointer, InputStride = shape.InChannels, Batch = batch, Height = height, Width = width, Output = y.Pointer, OutputStride = shape.OutChannels, Pool = pool,
                };
                bytes.Run(arguments);
                first ??= y.Span<byte>().ToArray();
                Assert.True(first.AsSpan().SequenceEqual(y.Span<byte>()), $"{name}: {threads} threads");

                arguments.Input = xf.Pointer;
                arguments.Output = yf.Pointer;
                floats.Run(arguments);
                firstFloats ??= yf.Span<float>().ToArray();
                for (int i = 0; i < outputs; i++)
                {
                    Assert.Equal(firstFloats[i], yf.Span<float>()[i], 1e-3);
                }
            }
        }
    }

    [Fact]
    public void Run_Warm_AllocatesNothing()
    {
        ConvolutionShape shape = new(32, 48, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 };
        using GuardedBuffer x = new(14 * 14 * 32 * 4L), y = new(14 * 14 * 48 * 4L);
        using F32Convolution floats = new(shape, new float[shape.Depth * 48], new float[48], new F32Epilogue(Hone.Kernels.Elementwise.Activation.Silu));
        using Int8Convolution bytes = new(shape, new sbyte[shape.Depth * 48], [], new Int8Epilogue { Output = Int8Output.UInt8, Multipliers = [0.003f] });
        ConvolutionArguments arguments = new() { Input = x.Pointer, InputStride = 32, Batch = 1, Height = 14, Width = 14, Output = y.Pointer, OutputStride = 48, Pool = Pools.One };
        for (int i = 0; i < 3; i++)
        {
            floats.Run(arguments);
            bytes.Run(arguments);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        floats.Run(arguments);
        bytes.Run(arguments);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
