using System.Runtime.CompilerServices;

namespace Hone.Kernels.Simd;

/// <summary>
/// Elementary functions in fp32. Bounds against the exact value, over all finite arguments and with a fused multiply-add: exp 2 ulp, log 2
/// ulp, tanh 3 ulp, erf 3 ulp,
/// sigmoid 4 ulp; infinities give the limits, NaN gives NaN.
/// </summary>
/// <remarks>Coefficients are minimax fits (Remez) of the remainders named beside them.</remarks>
internal static class VectorMath<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    /// <summary>e^x = 2^n * e^r with |r| at most ln(2)/2; 2^n is applied in two halves, so results may be subnormal or infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Exp(V x)
    {
        V clamped = S.Min(S.Create(89f), S.Max(S.Create(-104f), x));
        V n = S.Round(S.Multiply(clamped, S.Create(1.44269504f)));
        V r = S.FusedMultiplyAdd(n, S.Create(-0.693359375f), clamped);
        r = S.FusedMultiplyAdd(n, S.Create(2.12194440e-4f), r);

        // (e^r - 1 - r) / r^2
        V p = S.FusedMultiplyAdd(S.Create(0.00139517036f), r, S.Create(0.00836959142f));
        p = S.FusedMultiplyAdd(p, r, S.Create(0.0416661876f));
        p = S.FusedMultiplyAdd(p, r, S.Create(0.16666513f));
        p = S.FusedMultiplyAdd(p, r, S.Create(0.50000001f));
        p = S.Add(S.FusedMultiplyAdd(p, S.Multiply(r, r), r), S.Create(1f));

        I whole = S.ToInt(n);
        I half = S.ShiftRightArithmetic(whole, 1);
        return S.Multiply(S.Multiply(p, PowerOfTwo(half)), PowerOfTwo(S.SubtractInt(whole, half)));
    }

    /// <summary>2^x for x of at most 127, within 2 ulp; 0 where x is minus infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Exp2(V x)
    {
        // 2^r for r in [0, 1]
        V r = S.AboveFloor(x);
        V p = S.FusedMultiplyAdd(S.Create(0.00187757677f), r, S.Create(0.00898933988f));
        p = S.FusedMultiplyAdd(p, r, S.Create(0.0558263182f));
        p = S.FusedMultiplyAdd(p, r, S.Create(0.240153617f));
        p = S.FusedMultiplyAdd(p, r, S.Create(0.693153073f));
        p = S.FusedMultiplyAdd(p, r, S.Create(0.999999925f));
        return S.ScaleByFloor(p, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Log(V x)
    {
        // Subnormals are scaled up first.
        V tiny = S.LessThan(x, S.Create(1.17549435e-38f));
        V scaled = S.Select(tiny, S.Multiply(x, S.Create(8388608f)), x);
        V shift = S.Select(tiny, S.Create(-23f), S.Create(0f));

        // m in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) splits there.
        I bits = S.SubtractInt(S.AsInt(scaled), S.CreateInt(0x3F3504F3));
        I exponent = S.ShiftRightArithmetic(bits, 23);
        V f = S.Subtract(S.AsFloat(S.SubtractInt(S.AsInt(scaled), S.ShiftLeft(exponent, 23))), S.Create(1f));
        V e = S.Add(S.ToFloat(exponent), shift);

        // (log(1 + f) - f + f^2 / 2) / f^3
        V p = S.FusedMultiplyAdd(S.Create(0.0693328155f), f, S.Create(-0.117992853f));
        p = S.FusedMultiplyAdd(p, f, S.Create(0.118695109f));
        p = S.FusedMultiplyAdd(p, f, S.Create(-0.123828903f));
        p = S.FusedMultiplyAdd(p, f, S.Create(0.142191546f));
        p = S.FusedMultiplyAdd(p, f, S.Create(-0.166693315f));
        p = S.FusedMultiplyAdd(p, f, S.Create(0.20002188f));
        p = S.FusedMultiplyAdd(p, f, S.Create(-0.249999849f));
        p = S.FusedMultiplyAdd(p, f, S.Create(0.333333114f));
        V square = S.Multiply(f, f);
        V y = S.FusedMultiplyAdd(S.Multiply(square, f), p, S.Multiply(e, S.Create(-2.12194440e-4f)));
        y = S.FusedMultiplyAdd(square, S.Create(-0.5f), y);
        y = S.FusedMultiplyAdd(e, S.Create(0.693359375f), S.Add(f, y));

        V infinity = S.Create(float.PositiveInfinity);
        y = S.Select(S.Equal(x, infinity), infinity, y);
        y = S.Select(S.Equal(x, S.Create(0f)), S.Create(float.NegativeInfinity), y);
        V negative = S.LessThan(x, S.Create(0f));
        return S.Select(negative, S.Create(float.NaN), S.Select(S.Equal(x, x), y, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Tanh(V x)
    {
        V magnitude = Abs(x);
        V square = S.Multiply(x, x);

        // (tanh(s) - s) / s^3 in s^2
        V p = S.FusedMultiplyAdd(S.Create(0.00209980666f), square, S.Create(-0.00813165691f));
        p = S.FusedMultiplyAdd(p, square, S.Create(0.0216829208f));
        p = S.FusedMultiplyAdd(p, square, S.Create(-0.0539436855f));
        p = S.FusedMultiplyAdd(p, square, S.Create(0.133331834f));
        p = S.FusedMultiplyAdd(p, square, S.Create(-0.333333303f));
        V small = S.FusedMultiplyAdd(S.Multiply(p, square), x, x);

        V e = Exp(S.Add(magnitude, magnitude));
        V large = S.Subtract(S.Create(1f), S.Divide(S.Create(2f), S.Add(e, S.Create(1f))));
        return S.Select(S.LessThan(magnitude, S.Create(0.625f)), small, CopySign(large, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Erf(V x)
    {
        V magnitude = Abs(x);
        V square = S.Multiply(x, x);

        // erf(x) / x in x^2
        V p = S.FusedMultiplyAdd(S.Create(-9.68014035e-06f), square, S.Create(0.000112705459f));
        p = S.FusedMultiplyAdd(p, square, S.Create(-0.000848471164f));
        p = S.FusedMultiplyAdd(p, square, S.Create(0.00522107489f));
        p = S.FusedMultiplyAdd(p, square, S.Create(-0.0268654458f));
        p = S.FusedMultiplyAdd(p, square, S.Create(0.112837827f));
        p = S.FusedMultiplyAdd(p, square, S.Create(-0.376126385f));
        p = S.FusedMultiplyAdd(p, square, S.Create(1.12837917f));
        V small = S.Multiply(p, x);

        // -log(erfc(a)) for a in [1, 4.05]; beyond, erf is 1 in fp32.
        V a = S.Min(S.Create(4.05f), magnitude);
        V q = S.FusedMultiplyAdd(S.Create(-1.72473869e-07f), a, S.Create(2.41712762e-05f));
        q = S.FusedMultiplyAdd(q, a, S.Create(-0.000456676548f));
        q = S.FusedMultiplyAdd(q, a, S.Create(0.00425760551f));
        q = S.FusedMultiplyAdd(q, a, S.Create(-0.0253206396f));
        q = S.FusedMultiplyAdd(q, a, S.Create(0.108568032f));
        q = S.FusedMultiplyAdd(q, a, S.Create(0.633098003f));
        q = S.FusedMultiplyAdd(q, a, S.Create(1.12963419f));
        q = S.FusedMultiplyAdd(q, a, S.Create(-0.00019900655f));
        V large = S.Subtract(S.Create(1f), Exp(S.Subtract(S.Create(0f), q)));
        return S.Select(S.LessThan(magnitude, S.Create(1f)), small, CopySign(large, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Sigmoid(V x)
    {
        // e^-|x| never overflows, and small results keep their relative precision.
        V e = Exp(S.Or(Abs(x), S.Create(-0f)));
        V one = S.Create(1f);
        return S.Divide(S.Select(S.LessThan(x, S.Create(0f)), e, one), S.Add(one, e));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Abs(V x) => S.And(x, S.AsFloat(S.CreateInt(int.MaxValue)));

    /// <summary>The magnitude's bits with the sign's sign bit; NaN in either gives NaN only if it is in the magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V CopySign(V magnitude, V sign) => S.Or(Abs(magnitude), S.And(sign, S.Create(-0f)));

    private static V PowerOfTwo(I n) => S.AsFloat(S.ShiftLeft(S.AddInt(n, S.CreateInt(127)), 23));
}
