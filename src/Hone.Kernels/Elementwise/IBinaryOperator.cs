using Hone.Kernels.Simd;

namespace Hone.Kernels.Elementwise;

/// <summary>The arithmetic of one <see cref="BinaryOperation"/>, written once for all widths.</summary>
internal interface IBinaryOperator
{
    static abstract V Invoke<S, V, I>(V a, V b)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct;
}
