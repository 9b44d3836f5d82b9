using System.Runtime.CompilerServices;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Gemm;

/// <summary>Turns one row of accumulators into output: the readable twin of what emitted kernels do in registers.</summary>
/// <remarks>Accumulator rows are padded to whole vectors; only <c>Columns</c> elements are read from the residual and written.</remarks>
internal static unsafe class Epilogue<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    [SkipLocalsInit]
    internal static void FloatRow(TileArguments* a, float* accumulators, byte* output, byte* residual)
    {
        EpilogueData* e = a->Epilogue;
        V low = S.Create(e->Low), high = S.Create(e->High);
        float* bias = (float*)a->Bias;
        float* padded = stackalloc float[16];
        for (nint c = 0; c < a->Columns; c += S.Count)
        {
            nint left = a->Columns - c;
            V x = S.Add(S.Load(accumulators + c), S.Load(bias + c));
            if (e->Kind == EpilogueKind.FloatResidual)
            {
                x = S.Add(x, LoadFloats((float*)residual + c, left, padded));
            }

            StoreFloats(S.Min(high, S.Max(low, x)), (float*)output + c, left, padded);
        }
    }

    [SkipLocalsInit]
    internal static void IntRow(TileArguments* a, int* accumulators, byte* output, byte* residual)
    {
        EpilogueData* e = a->Epilogue;
        int* bias = (int*)a->Bias;
        float* padded = stackalloc float[16];
        for (nint c = 0; c < a->Columns; c += S.Count)
        {
            nint left = a->Columns - c;
            I sum = S.AddInt(S.LoadInt(accumulators + c), S.LoadInt(bias + c));
            switch (e->Kind)
            {
                case EpilogueKind.Int32:
                    StoreFloats(S.AsFloat(sum), (float*)output + c, left, padded);
                    break;
                case EpilogueKind.Dequantize:
                    V y = S.Add(S.Multiply(S.ToFloat(sum), S.Load(a->Multipliers + c)), S.Load(a->FloatBias + c));
                    StoreFloats(S.Min(S.Create(e->High), S.Max(S.Create(e->Low), y)), (float*)output + c, left, padded);
                    break;
                default:
                    I code = Quantize(S.Multiply(S.ToFloat(sum), S.Load(a->Multipliers + c)), e->Low, e->High, e->ZeroPoint);
                    if (e->Kind == EpilogueKind.RequantizeResidual)
                    {
                        code = AddResidual(e, code, LoadBytes(residual + c, left, e->ResidualFlip, (byte*)padded));
                    }

                    StoreBytes(code, output + c, left, e->OutputFlip, (byte*)padded);
                    break;
            }
        }
    }

    /// <summary>zp + rne(clamp(x)), the clamp taken before rounding: the bounds are whole numbers, so the order does not matter.</summary>
    private static I Quantize(V x, float low, float high, int zeroPoint) =>
        S.AddInt(S.ToInt(S.Min(S.Max(x, S.Create(low)), S.Create(high))), S.CreateInt(zeroPoint));

    private static I AddResidual(EpilogueData* e, I code, I residual)
    {
        V own = S.Multiply(S.ToFloat(S.SubtractInt(code, S.CreateInt(e->ZeroPoint))), S.Create(e->Scale));
        V other = S.Multiply(S.ToFloat(S.SubtractInt(residual, S.CreateInt(e->ResidualZeroPoint))), S.Create(e->ResidualScale));
        return Quantize(S.Divide(S.Add(own, other), S.Create(e->SumScale)), e->SumLow, e->SumHigh, e->SumZeroPoint);
    }

    private static V LoadFloats(float* source, nint left, float* padded)
    {
        if (left >= S.Count)
        {
            return S.Load(source);
        }

        new Span<float>(source, (int)left).CopyTo(new Span<float>(padded, S.Count));
        return S.Load(padded);
    }

    private static void StoreFloats(V value, float* target, nint left, float* padded)
    {
        if (left >= S.Count)
        {
            S.Store(value, target);
            return;
        }

        S.Store(value, padded);
        new Span<float>(padded, (int)left).CopyTo(new Span<float>(target, (int)left));
    }

    private static I LoadBytes(byte* source, nint left, int flip, byte* padded)
    {
        if (left < S.Count)
        {
            new Span<byte>(source, (int)left).CopyTo(new Span<byte>(padded, S.Count));
            source = padded;
        }

        return S.AsInt(S.Xor(S.AsFloat(S.LoadBytes(source)), S.AsFloat(S.CreateInt(flip))));
    }

    private static void StoreBytes(I code, byte* target, nint left, int flip, byte* padded)
    {
        I flipped = S.AsInt(S.Xor(S.AsFloat(code), S.AsFloat(S.CreateInt(flip))));
        if (left >= S.Count)
        {
            S.StoreBytes(flipped, target);
            return;
        }

        S.StoreBytes(flipped, padded);
        new Span<byte>(padded, (int)left).CopyTo(new Span<byte>(target, (int)left));
    }
}
