using System.Runtime.Intrinsics;
using Hone.Kernels.Simd;

namespace Hone.Kernels.MatMul;

/// <summary>What the scale and zero point of a left operand make of the columns of an 8-bit product.</summary>
internal static unsafe class DynamicParameters
{
    /// <summary>bias[i] = -zeroPoint * columnSums[i]; multipliers[i] = scale * scales[i].</summary>
    /// <param name="columnSums">[count] sums of the weights of a column.</param>
    /// <param name="scales">[count] scales of the weights.</param>
    /// <param name="count">Number of columns.</param>
    /// <param name="scale">Scale of the left operand.</param>
    /// <param name="zeroPoint">Zero point of the left operand.</param>
    /// <param name="bias">[count] result.</param>
    /// <param name="multipliers">[count] result.</param>
    internal static void Apply(int* columnSums, float* scales, int count, float scale, int zeroPoint, int* bias, float* multipliers)
    {
        switch (VectorWidth.Default)
        {
            case 512: Apply<Simd512, Vector512<float>, Vector512<int>>(columnSums, scales, count, scale, zeroPoint, bias, multipliers); break;
            case 256: Apply<Simd256, Vector256<float>, Vector256<int>>(columnSums, scales, count, scale, zeroPoint, bias, multipliers); break;
            default: Apply<Simd128, Vector128<float>, Vector128<int>>(columnSums, scales, count, scale, zeroPoint, bias, multipliers); break;
        }
    }

    private static void Apply<S, V, I>(int* columnSums, float* scales, int count, float scale, int zeroPoint, int* bias, float* multipliers)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        I zero = S.CreateInt(-zeroPoint);
        V factor = S.Create(scale);
        int i = 0;
        for (; i + S.Count <= count; i += S.Count)
        {
            S.StoreInt(S.MultiplyInt(zero, S.LoadInt(columnSums + i)), bias + i);
            S.Store(S.Multiply(factor, S.Load(scales + i)), multipliers + i);
        }

        for (; i < count; i++)
        {
            bias[i] = -zeroPoint * columnSums[i];
            multipliers[i] = scale * scales[i];
        }
    }
}
