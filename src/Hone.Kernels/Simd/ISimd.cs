namespace Hone.Kernels.Simd;

/// <summary>What a loop needs of a vector width, so that arithmetic is written once. All members are pure and act lane by lane.</summary>
/// <typeparam name="V">Vector of fp32 lanes.</typeparam>
/// <typeparam name="I">Vector of int32 lanes of the same count.</typeparam>
internal unsafe interface ISimd<V, I>
    where V : struct
    where I : struct
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    static abstract V Load(float* source);

    static abstract void Store(V value, float* target);

    static abstract V Create(float value);

    static abstract I LoadInt(int* source);

    static abstract void StoreInt(I value, int* target);

    static abstract I CreateInt(int value);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    static abstract V Divide(V a, V b);

    /// <summary>a * b + c with one rounding where the compiled code has the instruction, else with two: the library's scalar fallback is
    /// far slower.</summary>
    static abstract V FusedMultiplyAdd(V a, V b, V c);

    /// <summary>b where a lane of a or b is NaN on x86.</summary>
    static abstract V Min(V a, V b);

    /// <summary>b where a lane of a or b is NaN on x86.</summary>
    static abstract V Max(V a, V b);

    /// <summary>The greatest lane; any number where a lane is NaN.</summary>
    static abstract float MaxAcross(V a);

    /// <summary>The sum of the lanes: each of the first half and the one half a vector behind it, and so on.</summary>
    static abstract float SumAcross(V a);

    static abstract V Sqrt(V a);

    static abstract V Floor(V a);

    static abstract V Ceiling(V a);

    /// <summary>What is left of a above its floor, in [0, 1]; 0 where a is minus infinity.</summary>
    static abstract V AboveFloor(V a);

    /// <summary>a * 2^floor(n) for n of at most 127; 0 where n is minus infinity.</summary>
    static abstract V ScaleByFloor(V a, V n);

    /// <summary>Rounds half to even.</summary>
    static abstract V Round(V a);

    static abstract V And(V a, V b);

    static abstract V Or(V a, V b);

    static abstract V Xor(V a, V b);

    /// <summary>All bits set where a &lt; b.</summary>
    static abstract V LessThan(V a, V b);

    /// <summary>All bits set where a = b.</summary>
    static abstract V Equal(V a, V b);

    /// <summary>a where the mask's bits are set, else b.</summary>
    static abstract V Select(V mask, V a, V b);

    /// <summary>Rounds half to even; lanes beyond the range of int32 are undefined.</summary>
    static abstract I ToInt(V a);

    static abstract V ToFloat(I a);

    static abstract V AsFloat(I a);

    static abstract I AsInt(V a);

    static abstract I AddInt(I a, I b);

    static abstract I SubtractInt(I a, I b);

    static abstract I MultiplyInt(I a, I b);

    static abstract I MinInt(I a, I b);

    static abstract I MaxInt(I a, I b);

    static abstract I AndInt(I a, I b);

    static abstract I ShiftLeft(I a, int bits);

    static abstract I ShiftRightArithmetic(I a, int bits);

    /// <summary>Multiplies 16-bit signed pairs and adds each pair into its 32-bit lane.</summary>
    static abstract I MultiplyAddPairs(I a, I b);

    /// <summary>Reads Count bytes, zero-extended.</summary>
    static abstract I LoadBytes(byte* source);

    /// <summary>Reads Count bytes, sign-extended.</summary>
    static abstract I LoadSignedBytes(sbyte* source);

    /// <summary>Reads 2*Count bytes, each sign-extended to 16 bits.</summary>
    static abstract I LoadSignedPairs(sbyte* source);

    /// <summary>Writes Count bytes; lanes must lie in 0..255.</summary>
    static abstract void StoreBytes(I value, byte* target);
}
