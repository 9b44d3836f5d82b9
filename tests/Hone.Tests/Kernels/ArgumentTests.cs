using Hone.Kernels.Convolution;
using Hone.Kernels.MatMul;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class ArgumentTests
{
    [Fact]
    public void Constructors_WrongLengthsAndAttributes_Throw()
    {
        ConvolutionShape shape = new(4, 6, 3, 3);
        Assert.Throws<ArgumentException>(() => new F32Convolution(shape, new float[5], []));
        Assert.Throws<ArgumentException>(() => new F32Convolution(shape, new float[216], new float[5]));
        Assert.Throws<ArgumentException>(() => new F32Convolution(shape with { Groups = 4 }, new float[216], []));
        Assert.Throws<ArgumentException>(() => new F32Convolution(shape with { StrideWidth = 0 }, new float[216], []));
        Assert.Throws<ArgumentException>(() => new F32MatMul(0, 4, [], false, []));
        Int8Epilogue good = new() { Output = Int8Output.UInt8, Multipliers = [1] };
        Assert.Throws<ArgumentException>(() => new Int8Convolution(shape, new sbyte[216], [], good with { Multipliers = [1, 2] }));
        Assert.Throws<ArgumentException>(() => new Int8Convolution(shape, new sbyte[216], [], good with { InputZeroPoint = 256 }));
        Assert.Throws<ArgumentException>(() => new Int8Convolution(shape, new sbyte[216], [], good with { FloatBias = new float[6] }));
    }

    [Fact]
    public void Run_MissingResidualOrNarrowStride_Throws()
    {
        using GuardedBuffer x = new(4096), y = new(4096);
        ConvolutionArguments arguments = new() { Input = x.Pointer, InputStride = 4, Batch = 1, Height = 3, Width = 3, Output = y.Pointer, OutputStride = 6, Pool = Pools.One };
        using F32Convolution plain = new(new(4, 6, 3, 3), new float[216], []), adding = new(new(4, 6, 3, 3), new float[216], [], new F32Epilogue(default, true));
        plain.Run(arguments);
        Assert.Throws<ArgumentException>(() => adding.Run(arguments));
        Assert.Throws<ArgumentException>(() => plain.Run(Narrow(arguments)));

        using Int8MatMul product = new(4, 4, new sbyte[16], false, [], new Int8Epilogue { Output = Int8Output.Int32 });
        MatMulArguments rows = new() { Input = x.Pointer, InputStride = 4, Rows = 2, Output = y.Pointer, OutputStride = 4, Pool = Pools.One };
        product.Run(rows);
        Assert.Throws<InvalidOperationException>(() => product.RunDynamic(rows, 1, 0));

        static ConvolutionArguments Narrow(ConvolutionArguments arguments)
        {
            arguments.InputStride = 3;
            return arguments;
        }
    }

    [Fact]
    public void Run_EmptyBatch_DoesNothing()
    {
        using F32Convolution plain = new(new(4, 6, 3, 3), new float[216], []);
        plain.Run(new ConvolutionArguments { InputStride = 4, OutputStride = 6, Height = 3, Width = 3, Pool = Pools.One });
    }
}
