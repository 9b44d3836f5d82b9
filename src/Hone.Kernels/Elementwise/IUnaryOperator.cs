using Hone.Kernels.Simd;

namespace Hone.Kernels.Elementwise;

/// <summary>The arithmetic of one <see cref="UnaryOperation"/>, written once for all widths.</summary>
internal interface IUnaryOperator
{
    static abstract V Invoke<S, V, I>(V x, V alpha, V beta)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct;
}
