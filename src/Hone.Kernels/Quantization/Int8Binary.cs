using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Quantization;

/// <summary>Addition and multiplication of quantized values as DequantizeLinear, the operator and QuantizeLinear would compute them, every
/// fp32 step rounded by itself.</summary>
public static unsafe class Int8Binary
{
    /// <summary>y = clamp(zp + rne(((a - zpA) * scaleA + (b - zpB) * scaleB) / scale), min, max) on u8 codes.</summary>
    /// <param name="a">[count] left codes.</param>
    /// <param name="b">[count] right codes.</param>
    /// <param name="y">[count] output; may be <paramref name="a"/> or <paramref name="b"/> itself.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="parameters">Scales, zero points and bounds.</param>
    public static void Add(byte* a, byte* b, byte* y, nint count, in Int8BinaryParameters parameters) => Run(a, b, y, count, parameters, false);

    /// <summary>y = clamp(zp + rne(((a - zpA) * scaleA * ((b - zpB) * scaleB)) / scale), min, max) on u8 codes.</summary>
    /// <param name="a">[count] left codes.</param>
    /// <param name="b">[count] right codes.</param>
    /// <param name="y">[count] output; may be <paramref name="a"/> or <paramref name="b"/> itself.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="parameters">Scales, zero points and bounds.</param>
    public static void Multiply(byte* a, byte* b, byte* y, nint count, in Int8BinaryParameters parameters) => Run(a, b, y, count, parameters, true);

    private static void Run(byte* a, byte* b, byte* y, nint count, in Int8BinaryParameters parameters, bool multiplies)
    {
        switch (VectorWidth.Default)
        {
            case 512: Loop<Simd512, Vector512<float>, Vector512<int>>(a, b, y, count, parameters, multiplies); break;
            case 256: Loop<Simd256, Vector256<float>, Vector256<int>>(a, b, y, count, parameters, multiplies); break;
            default: Loop<Simd128, Vector128<float>, Vector128<int>>(a, b, y, count, parameters, multiplies); break;
        }
    }

    [SkipLocalsInit]
    private static void Loop<S, V, I>(byte* a, byte* b, byte* y, nint count, in Int8BinaryParameters p, bool multiplies)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        I zeroA = S.CreateInt(p.ZeroPointA), zeroB = S.CreateInt(p.ZeroPointB), zero = S.CreateInt(p.ZeroPoint);
        V scaleA = S.Create(p.ScaleA), scaleB = S.Create(p.ScaleB), scale = S.Create(p.Scale);
        V low = S.Create(p.Min - p.ZeroPoint), high = S.Create(p.Max - p.ZeroPoint);
        byte* padded = stackalloc byte[48];
        for (nint i = 0; i < count; i += S.Count)
        {
            int left = (int)Math.Min(S.Count, count - i);
            bool full = left == S.Count;
            byte* sourceA = a + i, sourceB = b + i;
            if (!full)
            {
                ByteCopy.Copy(sourceA, padded, left);
                ByteCopy.Copy(sourceB, padded + 16, left);
                sourceA = padded;
                sourceB = padded + 16;
            }

            V x = S.Multiply(S.ToFloat(S.SubtractInt(S.LoadBytes(sourceA), zeroA)), scaleA);
            V z = S.Multiply(S.ToFloat(S.SubtractInt(S.LoadBytes(sourceB), zeroB)), scaleB);
            V sum = S.Divide(multiplies ? S.Multiply(x, z) : S.Add(x, z), scale);
            I code = S.AddInt(S.ToInt(S.Min(S.Max(sum, low), high)), zero);
            S.StoreBytes(code, full ? y + i : padded + 32);
            if (!full)
            {
                ByteCopy.Copy(padded + 32, y + i, left);
            }
        }
    }
}
