using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Kernels.Blocked;

/// <summary>
/// Rows of activations as signed bytes, for one tile: [blocks] of [rows][block size] bytes, [rows] fp32 scales, [rows] int32 starts, which are
/// -middle * sum of the bytes, and [rows] fp32 sums in the scale of the row.
/// </summary>
internal static unsafe class ActivationTile
{
    private const float Largest = 127;
    private const float LimbStep = 254;

    internal static int BlockBytes(int rows, int blockSize) => rows * (blockSize + 3 * sizeof(float));

    /// <summary>Rounds rows. Each becomes <paramref name="limbs"/> rows, whose sum it is: the second holds what the first leaves, in steps 254 times finer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pack(float* source, nint stride, int rows, int limbs, in BlockedLayout layout, byte* target)
    {
        int size = layout.BlockSize, all = rows * limbs, middle = 1 << (layout.Bits - 1);
        float* rest = stackalloc float[size];
        for (int block = 0; block < layout.Blocks; block++, target += BlockBytes(all, size))
        {
            float* scales = (float*)(target + all * size);
            int* starts = (int*)(scales + all);
            float* sums = (float*)(starts + all);
            int count = Math.Min(size, layout.K - block * size);
            for (int row = 0; row < rows; row++)
            {
                if (Avx512F.IsSupported && count == size && size % 16 == 0)
                {
                    PackBlock512(source + row * stride + block * size, size, row * limbs, limbs, middle, (sbyte*)target, scales, starts, sums);
                    continue;
                }

                new ReadOnlySpan<float>(source + row * stride + block * size, count).CopyTo(new Span<float>(rest, count));
                new Span<float>(rest + count, size - count).Clear();
                float scale = LargestMagnitude(rest, size) / Largest;
                for (int limb = 0; limb < limbs; limb++, scale /= LimbStep)
                {
                    int r = row * limbs + limb;
                    int sum = RoundOff(rest, (sbyte*)target + r * size, size, scale);
                    (scales[r], starts[r], sums[r]) = (scale, -middle * sum, sum * scale);
                }
            }
        }
    }

    /// <summary>A whole block of one row with 512-bit vectors; the same numbers as the other way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackBlock512(float* x, int size, int firstRow, int limbs, int middle, sbyte* codes, float* scales, int* starts, float* sums)
    {
        Vector512<float> largest = default;
        for (int i = 0; i < size; i += 16)
        {
            largest = Vector512.Max(largest, Vector512.Abs(Vector512.Load(x + i)));
        }

        Vector256<float> half = Vector256.Max(largest.GetLower(), largest.GetUpper());
        Vector128<float> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        quarter = Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        float scale = MathF.Max(quarter[0], quarter[1]) / Largest;
        Span<float> steps = stackalloc float[3], factors = stackalloc float[3];
        for (int limb = 0; limb < limbs; limb++, scale /= LimbStep)
        {
            float reciprocal = 1 / scale;
            (steps[limb], factors[limb]) = (scale, float.IsFinite(reciprocal) ? reciprocal : 0);
        }

        for (int limb = 0; limb < limbs; limb++)
        {
            Vector512<int> sum = default;
            Vector512<float> factor = Vector512.Create(factors[limb]);
            for (int i = 0; i < size; i += 16)
            {
                Vector512<float> rest = Vector512.Load(x + i);
                for (int before = 0; before < limb; before++)
                {
                    rest -= Rounded(rest, factors[before]) * Vector512.Create(steps[before]);
                }

                Vector512<int> code = Avx512F.ConvertToVector512Int32(Clamped(rest * factor));
                sum += code;
                Avx512F.ConvertToVector128SByte(code).Store(codes + (firstRow + limb) * size + i);
            }

            int total = Vector512.Sum(sum), row = firstRow + limb;
            (scales[row], starts[row], sums[row]) = (steps[limb], -middle * total, total * steps[limb]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Rounded(Vector512<float> x, float factor) => Avx512F.RoundScale(Clamped(x * Vector512.Create(factor)), 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Clamped(Vector512<float> x) => Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(-Largest)), Vector512.Create(Largest));

    private static float LargestMagnitude(float* x, int count)
    {
        Vector256<float> largest = default;
        for (int i = 0; i < count; i += 8)
        {
            largest = Vector256.Max(largest, Vector256.Abs(Vector256.Load(x + i)));
        }

        float result = largest[0];
        for (int i = 1; i < 8; i++)
        {
            result = MathF.Max(result, largest[i]);
        }

        return result;
    }

    /// <summary>Writes the nearest codes and leaves what they miss.</summary>
    /// <returns>The sum of the codes.</returns>
    private static int RoundOff(float* x, sbyte* codes, int count, float scale)
    {
        // A scale too small to have a reciprocal belongs to numbers that do not count.
        float reciprocal = 1 / scale;
        Vector256<float> factor = Vector256.Create(float.IsFinite(reciprocal) ? reciprocal : 0), step = Vector256.Create(scale);
        Vector256<float> low = Vector256.Create(-Largest), high = Vector256.Create(Largest);
        Vector256<int> sums = default;
        for (int i = 0; i < count; i += 16)
        {
            Vector256<float> a = Vector256.Load(x + i), b = Vector256.Load(x + i + 8);
            Vector256<float> p = Vector256.Round(Vector256.MinNative(Vector256.MaxNative(a * factor, low), high));
            Vector256<float> q = Vector256.Round(Vector256.MinNative(Vector256.MaxNative(b * factor, low), high));
            (a - p * step).Store(x + i);
            (b - q * step).Store(x + i + 8);
            Vector256<int> m = Vector256.ConvertToInt32Native(p), n = Vector256.ConvertToInt32Native(q);
            sums += m + n;
            Vector256<short> words = Vector256.Narrow(m, n);
            Vector128.Narrow(words.GetLower(), words.GetUpper()).Store(codes + i);
        }

        return Vector256.Sum(sums);
    }
}
