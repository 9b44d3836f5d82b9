using System.Numerics;
using System.Runtime.CompilerServices;

namespace Hone.Kernels.Elementwise;

/// <summary>The functions behind <see cref="TypedRows"/>. Integers wrap around.</summary>
internal static class RowFunctions
{
    internal readonly struct Add<T> : IRowFunction2<T, T>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => a + b;
    }

    internal readonly struct Subtract<T> : IRowFunction2<T, T>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => a - b;
    }

    internal readonly struct Multiply<T> : IRowFunction2<T, T>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => a * b;
    }

    internal readonly struct Min<T> : IRowFunction2<T, T>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => T.Min(a, b);
    }

    internal readonly struct Max<T> : IRowFunction2<T, T>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => T.Max(a, b);
    }

    internal readonly struct Divide<T> : IRowFunction2<T, T>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => a / b;
    }

    internal readonly struct Power : IRowFunction2<float, float>
    {
        public static float Invoke(float a, float b) => (float)Math.Pow(a, b);
    }

    internal readonly struct Equal<T> : IRowFunction2<T, bool>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Invoke(T a, T b) => a == b;
    }

    internal readonly struct Less<T> : IRowFunction2<T, bool>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Invoke(T a, T b) => a < b;
    }

    internal readonly struct LessOrEqual<T> : IRowFunction2<T, bool>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Invoke(T a, T b) => a <= b;
    }

    internal readonly struct Greater<T> : IRowFunction2<T, bool>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Invoke(T a, T b) => a > b;
    }

    internal readonly struct GreaterOrEqual<T> : IRowFunction2<T, bool>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Invoke(T a, T b) => a >= b;
    }

    /// <summary>Truth values are bytes 0 and 1.</summary>
    internal readonly struct And : IRowFunction2<byte, byte>
    {
        public static byte Invoke(byte a, byte b) => (byte)(a & b);
    }

    internal readonly struct Or : IRowFunction2<byte, byte>
    {
        public static byte Invoke(byte a, byte b) => (byte)(a | b);
    }

    internal readonly struct Xor : IRowFunction2<byte, byte>
    {
        public static byte Invoke(byte a, byte b) => (byte)(a ^ b);
    }

    internal readonly struct Not : IRowFunction<byte, byte>
    {
        public static byte Invoke(byte x) => (byte)(x ^ 1);
    }

    internal readonly struct IsNaN : IRowFunction<float, bool>
    {
        public static bool Invoke(float x) => float.IsNaN(x);
    }

    internal readonly struct Sin : IRowFunction<float, float>
    {
        public static float Invoke(float x) => (float)Math.Sin(x);
    }

    internal readonly struct Cos : IRowFunction<float, float>
    {
        public static float Invoke(float x) => (float)Math.Cos(x);
    }

    internal readonly struct Negate<T> : IRowFunction<T, T>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T x) => -x;
    }

    /// <summary>Integers keep their low bits; floating point to integer cuts the fraction off, by way of int64.</summary>
    internal readonly struct Convert<TFrom, TTo> : IRowFunction<TFrom, TTo>
        where TFrom : INumber<TFrom>
        where TTo : INumber<TTo>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TTo Invoke(TFrom x)
        {
            bool toInteger = typeof(TTo) != typeof(float) && typeof(TTo) != typeof(double) && typeof(TTo) != typeof(Half);
            if (typeof(TFrom) == typeof(float) && toInteger)
                return TTo.CreateTruncating((long)(double)(float)(object)x);
            if (typeof(TFrom) == typeof(double) && toInteger)
                return TTo.CreateTruncating((long)(double)(object)x);
            return TTo.CreateTruncating(x);
        }
    }

    internal readonly struct IsTrue<T> : IRowFunction<T, bool>
        where T : INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Invoke(T x) => x != T.Zero;
    }
}
