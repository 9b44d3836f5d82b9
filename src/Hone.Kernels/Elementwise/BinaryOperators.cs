using System.Runtime.CompilerServices;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Elementwise;

/// <summary>The arithmetic of every <see cref="BinaryOperation"/>: one struct per member, named after it.</summary>
internal static class BinaryOperators
{
    internal readonly struct AddOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V a, V b)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Add(a, b);
    }

    internal readonly struct SubtractOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V a, V b)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Subtract(a, b);
    }

    internal readonly struct MultiplyOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V a, V b)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Multiply(a, b);
    }

    internal readonly struct DivideOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V a, V b)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Divide(a, b);
    }

    internal readonly struct MinOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V a, V b)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Select(S.Equal(a, a), S.Min(a, b), a);
    }

    internal readonly struct MaxOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V a, V b)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Select(S.Equal(a, a), S.Max(a, b), a);
    }

    internal readonly struct PReluOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V a, V b)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Select(S.LessThan(a, S.Create(0f)), S.Multiply(a, b), a);
    }

    internal readonly struct SquaredDifferenceOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V a, V b)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Multiply(S.Subtract(a, b), S.Subtract(a, b));
    }
}
