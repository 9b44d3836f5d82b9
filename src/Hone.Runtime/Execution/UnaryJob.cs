using Hone.Kernels.Elementwise;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>A function of every element of a float32 tensor.</summary>
internal unsafe struct UnaryJob : IParallelJob
{
    internal Activation Function;
    internal float* Source;
    internal float* Target;
    internal nint Count;

    public readonly void Execute(int item) =>
        Unary.Run(Function, Source + item * ElementBlocks.Size, Target + item * ElementBlocks.Size, ElementBlocks.Length(item, Count));
}
