using Hone.Kernels.Elementwise;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>A function of two float32 tensors of one shape, or of a tensor and a number.</summary>
internal unsafe struct BinaryJob : IParallelJob
{
    internal BinaryOperation Function;
    internal float* Left;
    internal float* Right;
    internal bool LeftIsScalar;
    internal bool RightIsScalar;
    internal float* Target;
    internal nint Count;

    public readonly void Execute(int item)
    {
        nint first = item * ElementBlocks.Size;
        Binary.Run(
            Function, LeftIsScalar ? Left : Left + first, LeftIsScalar, RightIsScalar ? Right : Right + first, RightIsScalar, Target + first, ElementBlocks.Length(item, Count));
    }
}
