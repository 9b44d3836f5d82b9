using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Quantization;

/// <summary>ONNX QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear over contiguous memory; one scale and zero point per
/// call.</summary>
/// <remarks>Quantization divides by the scale, rounds half to even, adds the zero point, saturates. Signed codes are quantized in the
/// unsigned domain and flipped.</remarks>
public static unsafe class QuantizeLinear
{
    /// <summary>y[i] = saturate(rne(x[i] / scale) + zeroPoint); NaN gives the lower bound.</summary>
    /// <param name="x">[count] input.</param>
    /// <param name="y">[count] u8 output, or s8 if <paramref name="isSigned"/>.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="scale">Positive scale.</param>
    /// <param name="zeroPoint">Zero point in the range of the output type.</param>
    /// <param name="isSigned">True for s8 output.</param>
    public static void Quantize(float* x, void* y, nint count, float scale, int zeroPoint, bool isSigned = false)
    {
        switch (VectorWidth.Default)
        {
            case 512: Quantize<Simd512, Vector512<float>, Vector512<int>>(x, (byte*)y, count, scale, zeroPoint, isSigned); break;
            case 256: Quantize<Simd256, Vector256<float>, Vector256<int>>(x, (byte*)y, count, scale, zeroPoint, isSigned); break;
            default: Quantize<Simd128, Vector128<float>, Vector128<int>>(x, (byte*)y, count, scale, zeroPoint, isSigned); break;
        }
    }

    /// <summary>y[i] = (x[i] - zeroPoint) * scale.</summary>
    /// <param name="x">[count] u8 input, or s8 if <paramref name="isSigned"/>.</param>
    /// <param name="y">[count] output.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="scale">Scale.</param>
    /// <param name="zeroPoint">Zero point in the range of the input type.</param>
    /// <param name="isSigned">True for s8 input.</param>
    public static void Dequantize(void* x, float* y, nint count, float scale, int zeroPoint, bool isSigned = false)
    {
        switch (VectorWidth.Default)
        {
            case 512: Dequantize<Simd512, Vector512<float>, Vector512<int>>((byte*)x, y, count, scale, zeroPoint, isSigned); break;
            case 256: Dequantize<Simd256, Vector256<float>, Vector256<int>>((byte*)x, y, count, scale, zeroPoint, isSigned); break;
            default: Dequantize<Simd128, Vector128<float>, Vector128<int>>((byte*)x, y, count, scale, zeroPoint, isSigned); break;
        }
    }

    /// <summary>Smallest and largest element, 0 included, as DynamicQuantizeLinear takes them.</summary>
    /// <param name="x">[count] input.</param>
    /// <param name="count">Number of elements.</param>
    public static (float Min, float Max) Range(float* x, nint count) => VectorWidth.Default switch
    {
        512 => Range<Simd512, Vector512<float>, Vector512<int>>(x, count),
        256 => Range<Simd256, Vector256<float>, Vector256<int>>(x, count),
        _ => Range<Simd128, Vector128<float>, Vector128<int>>(x, count),
    };

    /// <summary>Scale and u8 zero point of DynamicQuantizeLinear for a range that includes 0; a range of width 0 gives scale 1.</summary>
    /// <param name="min">Smallest element or 0.</param>
    /// <param name="max">Largest element or 0.</param>
    public static (float Scale, int ZeroPoint) Parameters(float min, float max)
    {
        float scale = (max - min) / 255f;
        if (scale == 0)
        {
            return (1, 0);
        }

        float zeroPoint = MathF.Round(Math.Clamp((0 - min) / scale, 0f, 255f), MidpointRounding.ToEven);
        return (scale, (int)zeroPoint);
    }

    [SkipLocalsInit]
    private static (float Min, float Max) Range<S, V, I>(float* x, nint count)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        V min = default, max = default, otherMin = default, otherMax = default;
        nint i = 0;
        for (; i + (4 * S.Count) <= count; i += 4 * S.Count)
        {
            V a = S.Load(x + i), b = S.Load(x + i + S.Count), c = S.Load(x + i + (2 * S.Count)), d = S.Load(x + i + (3 * S.Count));
            min = S.Min(min, S.Min(a, b));
            max = S.Max(max, S.Max(a, b));
            otherMin = S.Min(otherMin, S.Min(c, d));
            otherMax = S.Max(otherMax, S.Max(c, d));
        }

        for (; i + S.Count <= count; i += S.Count)
        {
            min = S.Min(min, S.Load(x + i));
            max = S.Max(max, S.Load(x + i));
        }

        float* lanes = stackalloc float[32];
        S.Store(S.Min(min, otherMin), lanes);
        S.Store(S.Max(max, otherMax), lanes + S.Count);
        float low = 0, high = 0;
        for (int lane = 0; lane < S.Count; lane++)
        {
            low = Math.Min(low, lanes[lane]);
            high = Math.Max(high, lanes[S.Count + lane]);
        }

        for (; i < count; i++)
        {
            low = Math.Min(low, x[i]);
            high = Math.Max(high, x[i]);
        }

        return (low, high);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Quantize<S, V, I>(float* x, byte* y, nint count, float scale, int zeroPoint, bool isSigned)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        int flip = isSigned ? 0x80 : 0, unsignedZeroPoint = zeroPoint + flip;
        V divisor = S.Create(scale), low = S.Create(-unsignedZeroPoint), high = S.Create(255 - unsignedZeroPoint);
        I offset = S.CreateInt(unsignedZeroPoint);
        V mask = S.AsFloat(S.CreateInt(flip));
        nint i = 0;
        for (; i + S.Count <= count; i += S.Count)
        {
            S.StoreBytes(Code(S.Load(x + i)), y + i);
        }

        if (i < count)
        {
            float* padded = stackalloc float[16];
            int left = (int)(count - i);
            new Span<float>(padded, 16).Clear();
            new Span<float>(x + i, left).CopyTo(new Span<float>(padded, left));
            I code = Code(S.Load(padded));
            S.StoreBytes(code, (byte*)padded);
            ByteCopy.Copy((byte*)padded, y + i, left);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        I Code(V value)
        {
            V scaled = S.Min(S.Max(S.Divide(value, divisor), low), high);
            return S.AsInt(S.Xor(S.AsFloat(S.AddInt(S.ToInt(scaled), offset)), mask));
        }
    }

    [SkipLocalsInit]
    private static void Dequantize<S, V, I>(byte* x, float* y, nint count, float scale, int zeroPoint, bool isSigned)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        V factor = S.Create(scale);
        I offset = S.CreateInt(zeroPoint);
        nint i = 0;
        for (; i + S.Count <= count; i += S.Count)
        {
            I code = isSigned ? S.LoadSignedBytes((sbyte*)x + i) : S.LoadBytes(x + i);
            S.Store(S.Multiply(S.ToFloat(S.SubtractInt(code, offset)), factor), y + i);
        }

        for (; i < count; i++)
        {
            y[i] = ((isSigned ? ((sbyte*)x)[i] : x[i]) - zeroPoint) * scale;
        }
    }
}
