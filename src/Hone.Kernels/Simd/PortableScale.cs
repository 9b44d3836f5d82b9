using System.Runtime.CompilerServices;

namespace Hone.Kernels.Simd;

/// <summary>Floors and powers of two where the instruction set has no instructions of their own for them.</summary>
internal static class PortableScale<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    /// <summary>Of this power of two, any number below 2^100 makes 0 in fp32.</summary>
    private const float Least = -250;

    private const int ExponentBias = 127;
    private const int ExponentShift = 23;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V AboveFloor(V a)
    {
        V clamped = S.Max(S.Create(Least), a);
        return S.Subtract(clamped, S.Floor(clamped));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V ScaleByFloor(V a, V n)
    {
        // Two factors: each of them is a normal number, their product may be subnormal.
        I whole = S.ToInt(S.Floor(S.Max(S.Create(Least), n)));
        I half = S.ShiftRightArithmetic(whole, 1);
        return S.Multiply(S.Multiply(a, PowerOfTwo(half)), PowerOfTwo(S.SubtractInt(whole, half)));
    }

    private static V PowerOfTwo(I n) => S.AsFloat(S.ShiftLeft(S.AddInt(n, S.CreateInt(ExponentBias)), ExponentShift));
}
