using System.Runtime.CompilerServices;
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
            *target = Row(source);
        else
            Columns(source, target);
        if (Function == ReduceFunction.Mean)
        {
            float count = Reduced;
            Binary.Run(BinaryOperation.Divide, target, false, &count, true, target, (nint)Inner);
        }
        else if (Function == ReduceFunction.L2)
        {
            Unary.Run(new Activation(UnaryOperation.Sqrt), target, target, (nint)Inner);
        }
    }

    private readonly float Row(float* x) => Function switch
    {
        ReduceFunction.Max or ReduceFunction.Min => Extreme(x),
        _ => Sum(x),
    };

    /// <summary>What is summed up: the elements, their magnitudes or their squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Map(ReduceFunction function, Vector256<float> x) => function switch
    {
        ReduceFunction.L1 => Vector256.Abs(x),
        ReduceFunction.L2 or ReduceFunction.SumSquare => x * x,
        _ => x,
    };

    private readonly void Columns(float* source, float* target)
    {
        BinaryOperation step = Function switch
        {
            ReduceFunction.Max => BinaryOperation.Max,
            ReduceFunction.Min => BinaryOperation.Min,
            _ => BinaryOperation.Add,
        };
        UnaryOperation? before = Function switch
        {
            ReduceFunction.L1 => UnaryOperation.Abs,
            ReduceFunction.L2 or ReduceFunction.SumSquare => UnaryOperation.Square,
            _ => null,
        };
        const int Part = 256;
        float* mapped = stackalloc float[Part];
        for (long column = 0; column < Inner; column += Part)
        {
            nint width = (nint)Math.Min(Part, Inner - column);
            for (long r = 0; r < Reduced; r++)
            {
                float* row = source + r * Inner + column;
                if (before is { } function)
                {
                    Unary.Run(new Activation(function), row, mapped, width);
                    row = mapped;
                }

                if (r == 0)
                    Buffer.MemoryCopy(row, target + column, width * sizeof(float), width * sizeof(float));
                else
                    Binary.Run(step, target + column, false, row, false, target + column, width);
            }
        }
    }

    /// <summary>Four partial sums of eight lanes, in a fixed order whatever the machine.</summary>
    private readonly float Sum(float* x)
    {
        ReduceFunction function = Function;
        Vector256<float> a = default, b = default, c = default, d = default;
        long i = 0;
        for (; i + 32 <= Reduced; i += 32)
        {
            a += Map(function, Vector256.Load(x + i));
            b += Map(function, Vector256.Load(x + i + 8));
            c += Map(function, Vector256.Load(x + i + 16));
            d += Map(function, Vector256.Load(x + i + 24));
        }

        float sum = Vector256.Sum(a + b + (c + d));
        for (; i < Reduced; i++)
            sum += Map(function, Vector256.CreateScalar(x[i]))[0];
        return sum;
    }

    private readonly float Extreme(float* x)
    {
        bool isMax = Function == ReduceFunction.Max;
        Vector256<float> best = Vector256.Create(x[0]);
        long i = 0;
        for (; i + 8 <= Reduced; i += 8)
            best = isMax ? Vector256.Max(best, Vector256.Load(x + i)) : Vector256.Min(best, Vector256.Load(x + i));
        float result = best[0];
        for (int lane = 1; lane < 8; lane++)
            result = isMax ? MathF.Max(result, best[lane]) : MathF.Min(result, best[lane]);
        for (; i < Reduced; i++)
            result = isMax ? MathF.Max(result, x[i]) : MathF.Min(result, x[i]);
        return result;
    }
}
