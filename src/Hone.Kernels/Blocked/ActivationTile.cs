using System.Runtime.Intrinsics;

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
