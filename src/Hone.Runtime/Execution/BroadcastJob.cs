using Hone.Kernels.Elementwise;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>A function of two float32 tensors, broadcast: up to four dimensions, the last of which is a run of neighbours or one number on either side.</summary>
internal unsafe struct BroadcastJob : IParallelJob
{
    internal BinaryOperation Function;
    internal float* Left;
    internal float* Right;
    internal float* Target;

    /// <summary>Sizes of the dimensions, outermost first; the last is the run.</summary>
    internal fixed long Sizes[4];

    /// <summary>Elements between neighbours along the outer three dimensions; 0 repeats.</summary>
    internal fixed long LeftStrides[4];

    internal fixed long RightStrides[4];

    /// <summary>Describes a job of four dimensions.</summary>
    internal static BroadcastJob Create(BinaryOperation function, long[] sizes, long[] leftStrides, long[] rightStrides)
    {
        BroadcastJob job = new() { Function = function };
        for (int i = 0; i < 4; i++)
            (job.Sizes[i], job.LeftStrides[i], job.RightStrides[i]) = (sizes[i], leftStrides[i], rightStrides[i]);
        return job;
    }

    /// <summary>Work of a unit is one entry of the outer two dimensions.</summary>
    internal readonly int Items => checked((int)(Sizes[0] * Sizes[1]));

    public readonly void Execute(int item)
    {
        long outer = item / Sizes[1], middle = item % Sizes[1], run = Sizes[3];
        float* left = Left + outer * LeftStrides[0] + middle * LeftStrides[1];
        float* right = Right + outer * RightStrides[0] + middle * RightStrides[1];
        float* target = Target + item * Sizes[2] * run;
        for (long i = 0; i < Sizes[2]; i++)
        {
            Binary.Run(Function, left + i * LeftStrides[2], LeftStrides[3] == 0, right + i * RightStrides[2], RightStrides[3] == 0, target + i * run, (nint)run);
        }
    }
}
