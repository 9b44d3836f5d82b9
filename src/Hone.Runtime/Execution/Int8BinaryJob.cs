using Hone.Kernels.Quantization;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>Adds or multiplies u8 codes of one shape.</summary>
internal unsafe struct Int8BinaryJob : IParallelJob
{
    internal Int8BinaryParameters Parameters;
    internal bool Multiplies;
    internal byte* Left;
    internal byte* Right;
    internal byte* Target;
    internal nint Count;

    public readonly void Execute(int item)
    {
        nint first = item * ElementBlocks.Size, count = ElementBlocks.Length(item, Count);
        if (Multiplies)
            Int8Binary.Multiply(Left + first, Right + first, Target + first, count, Parameters);
        else
            Int8Binary.Add(Left + first, Right + first, Target + first, count, Parameters);
    }
}
