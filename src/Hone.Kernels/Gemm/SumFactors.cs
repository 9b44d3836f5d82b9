using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Kernels.Gemm;

/// <summary>
/// An 8-bit addition as two fused multiply-adds: <c>code = saturate(rne(q * A + (r * B + C)))</c> with r the residual's code and the zero points
/// in C. Two codes have 65,536 combinations, so factors count only once they have given the bits of the step by step sum for every one of them.
/// </summary>
internal readonly record struct SumFactors(float A, float B, float C)
{
    private const int Codes = 256;
    private const int MostUlps = 2;

    /// <summary>Factors that give the same bits for all codes, or null where none of the few nearest do.</summary>
    /// <param name="epilogue">Bounds of the sum must be those of its type.</param>
    internal static unsafe SumFactors? Find(in EpilogueData epilogue)
    {
        int first = -epilogue.ResidualFlip, low = (int)epilogue.Low, high = (int)epilogue.High;
        double a = (double)epilogue.Scale / epilogue.SumScale, b = (double)epilogue.ResidualScale / epilogue.SumScale;
        double c = epilogue.OwnSumZeroPoint - epilogue.OwnResidualZeroPoint * b;
        if (low > high || high - low >= Codes || !double.IsFinite(a + b + c))
        {
            return null;
        }

        float* terms = stackalloc float[2 * Codes];
        float* sums = terms + Codes;
        for (int i = 0; i < Codes; i++)
        {
            terms[i] = (first + i - epilogue.OwnResidualZeroPoint) * epilogue.ResidualScale;
        }

        for (int step = 0; step <= MostUlps; step++)
        {
            for (int sign = 0; sign < (step == 0 ? 1 : 4); sign++)
            {
                int ulpsA = (sign & 1) == 0 ? step : -step, ulpsC = (sign & 2) == 0 ? step : -step;
                SumFactors factors = new(Move((float)a, ulpsA), (float)b, Move((float)c, ulpsC));
                if (factors.IsExact(epilogue, low, high, first, terms, sums))
                {
                    return factors;
                }
            }
        }

        return null;
    }

    // Compiled for this very machine at the first call: what is compiled ahead of time has no wide vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe bool IsExact(in EpilogueData epilogue, int low, int high, int first, float* terms, float* sums)
    {
        for (int i = 0; i < Codes; i++)
        {
            sums[i] = MathF.FusedMultiplyAdd(first + i, B, C);
        }

        Vector256<float> factor = Vector256.Create(A), scale = Vector256.Create(epilogue.SumScale);
        Vector256<float> least = Vector256.Create(epilogue.SumLow), most = Vector256.Create(epilogue.SumHigh);
        Vector256<int> zeroPoint = Vector256.Create(epilogue.OwnSumZeroPoint);
        Vector256<int> smallest = Vector256.Create(-epilogue.OutputFlip), largest = Vector256.Create(255 - epilogue.OutputFlip);
        for (int q = low; q <= high; q++)
        {
            Vector256<float> code = Vector256.Create((float)q), product = Vector256.Create(q * epilogue.Scale);
            Vector256<int> differences = default;
            for (int i = 0; i < Codes; i += Vector256<float>.Count)
            {
                Vector256<float> quotient = (product + Vector256.Load(terms + i)) / scale;
                Vector256<int> expected = ToInt(Vector256.Min(Vector256.Max(quotient, least), most)) + zeroPoint;
                Vector256<int> actual = ToInt(Vector256.FusedMultiplyAdd(code, factor, Vector256.Load(sums + i)));
                differences |= expected ^ Vector256.Min(Vector256.Max(actual, smallest), largest);
            }

            if (differences != default)
            {
                return false;
            }
        }

        return true;
    }

    // The numbers are small: rounding half to even, then an exact conversion.
    private static Vector256<int> ToInt(Vector256<float> values) => Vector256.ConvertToInt32(Vector256.Round(values));

    private static float Move(float value, int ulps)
    {
        for (; ulps > 0; ulps--)
        {
            value = MathF.BitIncrement(value);
        }

        for (; ulps < 0; ulps++)
        {
            value = MathF.BitDecrement(value);
        }

        return value;
    }
}
