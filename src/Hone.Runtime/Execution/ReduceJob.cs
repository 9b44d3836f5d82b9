using System.Runtime.Intrinsics;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>Reduces the middle dimension of [outer, reduced, inner]; one item is one outer entry.</summary>
internal unsafe struct ReduceJob : IParallelJob
{
    internal ReduceFunction Function;
    internal float* Source;
    internal float* Target;
    internal long Outer;
    internal long Reduced;
    internal long Inner;

    internal void Run(Frame frame) => WorkerPool.Shared.Run(ref this, checked((int)Outer), Outer * Reduced * Inner < ElementBlocks.Size ? 1 : frame.MaxThreads);

    public readonly void Execute(int item)
    {
        float* source = Source + item * Reduced * Inner, target = Target + item * Inner;
        if (Inner == 1)
        {
            *target = Function == ReduceFunction.Max ? MaxOf(source) : SumOf(source);
        }
        else
        {
            Buffer.MemoryCopy(source, target, Inner * sizeof(float), Inner * sizeof(float));
            BinaryOperation step = Function == ReduceFunction.Max ? BinaryOperation.Max : BinaryOperation.Add;
            for (long r = 1; r < Reduced; r++)
                Binary.Run(step, target, false, source + r * Inner, false, target, (nint)Inner);
        }

        if (Function == ReduceFunction.Mean)
        {
            float count = Reduced;
            Binary.Run(BinaryOperation.Divide, target, false, &count, true, target, (nint)Inner);
        }
    }

    /// <summary>Four partial sums of eight lanes, in a fixed order whatever the machine.</summary>
    private readonly float SumOf(float* x)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        long i = 0;
        for (; i + 32 <= Reduced; i += 32)
        {
            a += Vector256.Load(x + i);
            b += Vector256.Load(x + i + 8);
            c += Vector256.Load(x + i + 16);
            d += Vector256.Load(x + i + 24);
        }

        float sum = Vector256.Sum(a + b + (c + d));
        for (; i < Reduced; i++)
            sum += x[i];
        return sum;
    }

    private readonly float MaxOf(float* x)
    {
        float max = x[0];
        for (long i = 1; i < Reduced; i++)
            max = MathF.Max(max, x[i]);
        return max;
    }
}
