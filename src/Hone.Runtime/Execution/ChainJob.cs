using Hone.Kernels.Elementwise;
using Hone.Kernels.Threading;
using Hone.Runtime.Lowering.Elementwise;

namespace Hone.Runtime.Execution;

/// <summary>A chain of functions of every element; one item is a block, which stays in the cache from the first function to the last.</summary>
internal unsafe struct ChainJob : IParallelJob
{
    /// <summary>Elements per item: with what the other operands bring along, still in a second-level cache.</summary>
    private const nint Block = 1 << 12;

    private readonly ChainStep[] _steps;
    private readonly nint _count;
    private fixed long _others[ChainStep.MostSteps];

    internal ChainJob(ChainStep[] steps, nint count)
    {
        _steps = steps;
        _count = count;
    }

    /// <summary>The numbers that the first function takes.</summary>
    internal float* Source;

    internal float* Target;

    internal readonly int Items => checked((int)((_count + Block - 1) / Block));

    /// <summary>Sets where the other operand of a function lies.</summary>
    internal void SetOther(int step, void* address) => _others[step] = (long)address;

    public readonly void Execute(int item)
    {
        nint first = item * Block, count = Math.Min(Block, _count - first);
        float* x = Source + first, y = Target + first;
        for (int i = 0; i < _steps.Length; i++)
        {
            ref readonly ChainStep step = ref _steps[i];
            if (step.Binary is { } function)
            {
                float* other = (float*)_others[i] + (step.OtherIsScalar ? 0 : first);
                if (step.OtherIsLeft)
                    Binary.Run(function, other, step.OtherIsScalar, x, false, y, count);
                else
                    Binary.Run(function, x, false, other, step.OtherIsScalar, y, count);
            }
            else
            {
                Unary.Run(step.Unary, x, y, count);
            }

            x = y;
        }
    }
}
