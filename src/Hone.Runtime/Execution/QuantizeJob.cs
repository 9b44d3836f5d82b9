using Hone.Kernels.Quantization;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>Quantizes float32 to 8-bit codes, or back.</summary>
internal unsafe struct QuantizeJob : IParallelJob
{
    internal float* Numbers;
    internal byte* Codes;
    internal nint Count;
    internal float Scale;
    internal int ZeroPoint;
    internal bool IsSigned;
    internal bool Dequantizes;

    public readonly void Execute(int item)
    {
        nint first = item * ElementBlocks.Size, count = ElementBlocks.Length(item, Count);
        if (Dequantizes)
            QuantizeLinear.Dequantize(Codes + first, Numbers + first, count, Scale, ZeroPoint, IsSigned);
        else
            QuantizeLinear.Quantize(Numbers + first, Codes + first, count, Scale, ZeroPoint, IsSigned);
    }
}
