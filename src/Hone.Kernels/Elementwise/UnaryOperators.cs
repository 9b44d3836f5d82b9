using System.Runtime.CompilerServices;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Elementwise;

/// <summary>The arithmetic of every <see cref="UnaryOperation"/>: one struct per member, named after it.</summary>
/// <remarks>Where a clamp meets NaN, the value stands second, so that NaN comes through.</remarks>
internal static class UnaryOperators
{
    internal readonly struct IdentityOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => x;
    }

    internal readonly struct ReluOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Max(S.Create(0f), x);
    }

    internal readonly struct ClipOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Min(beta, S.Max(alpha, x));
    }

    internal readonly struct LeakyReluOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Select(S.LessThan(x, S.Create(0f)), S.Multiply(x, alpha), x);
    }

    internal readonly struct HardSwishOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct =>
            S.Multiply(x, S.Min(S.Create(1f), S.Max(S.Create(0f), S.FusedMultiplyAdd(x, S.Create(1f / 6), S.Create(0.5f)))));
    }

    internal readonly struct HardSigmoidOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Min(S.Create(1f), S.Max(S.Create(0f), S.FusedMultiplyAdd(x, alpha, beta)));
    }

    internal readonly struct SigmoidOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => VectorMath<S, V, I>.Sigmoid(x);
    }

    internal readonly struct SiluOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Multiply(x, VectorMath<S, V, I>.Sigmoid(S.Multiply(alpha, x)));
    }

    internal readonly struct GeluOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct =>
            S.Multiply(S.Multiply(x, S.Create(0.5f)), S.Add(S.Create(1f), VectorMath<S, V, I>.Erf(S.Multiply(x, S.Create(0.707106781f)))));
    }

    internal readonly struct GeluTanhOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct =>
            S.Multiply(S.Multiply(x, S.Create(0.5f)), S.Add(S.Create(1f), VectorMath<S, V, I>.Tanh(S.Multiply(S.Create(0.797884561f), S.FusedMultiplyAdd(S.Multiply(S.Create(0.044715f), S.Multiply(x, x)), x, x)))));
    }

    internal readonly struct TanhOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => VectorMath<S, V, I>.Tanh(x);
    }

    internal readonly struct EluOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct =>
            S.Select(S.LessThan(x, S.Create(0f)), S.Multiply(alpha, S.Subtract(VectorMath<S, V, I>.Exp(x), S.Create(1f))), x);
    }

    internal readonly struct SoftplusOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct =>
            S.Add(S.Max(S.Create(0f), x), VectorMath<S, V, I>.Log(S.Add(S.Create(1f), VectorMath<S, V, I>.Exp(S.Subtract(S.Create(0f), VectorMath<S, V, I>.Abs(x))))));
    }

    internal readonly struct MishOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Multiply(x, VectorMath<S, V, I>.Tanh(SoftplusOperator.Invoke<S, V, I>(x, alpha, beta)));
    }

    internal readonly struct SoftsignOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Divide(x, S.Add(S.Create(1f), VectorMath<S, V, I>.Abs(x)));
    }

    internal readonly struct AbsOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => VectorMath<S, V, I>.Abs(x);
    }

    internal readonly struct NegateOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Xor(x, S.Create(-0f));
    }

    internal readonly struct SqrtOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Sqrt(x);
    }

    internal readonly struct ReciprocalOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Divide(S.Create(1f), x);
    }

    internal readonly struct SquareOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Multiply(x, x);
    }

    internal readonly struct FloorOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Floor(x);
    }

    internal readonly struct CeilingOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Ceiling(x);
    }

    internal readonly struct RoundOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Round(x);
    }

    internal readonly struct SignOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct =>
            S.Select(S.LessThan(S.Create(0f), x), S.Create(1f), S.Select(S.LessThan(x, S.Create(0f)), S.Create(-1f), x));
    }

    internal readonly struct ExpOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => VectorMath<S, V, I>.Exp(x);
    }

    internal readonly struct LogOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => VectorMath<S, V, I>.Log(x);
    }

    internal readonly struct ErfOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => VectorMath<S, V, I>.Erf(x);
    }

    internal readonly struct AffineOperator : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V, I>(V x, V alpha, V beta)
            where S : struct, ISimd<V, I>
            where V : struct
            where I : struct => S.Add(S.Multiply(x, alpha), beta);
    }
}
