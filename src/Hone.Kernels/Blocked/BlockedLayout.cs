namespace Hone.Kernels.Blocked;

/// <summary>
/// How weights in blocks lie in memory once packed: groups of 16 columns, each [blocks][codes, scales, offsets]. The codes of a block are vectors
/// of 16 dwords, one for each column: 4 bits hold k 0..3 in the low and k 4..7 in the high halves of a dword's bytes, 8 bits hold k 0..3.
/// </summary>
/// <param name="K">Elements that are summed over; the last block is filled up.</param>
/// <param name="N">Columns; the last group is filled up.</param>
/// <param name="BlockSize">Elements that share a scale.</param>
/// <param name="Bits">4 or 8.</param>
/// <param name="HasOffsets">Whether fp32 (middle - zero point) * scale follow the scales.</param>
/// <param name="HasHalfScales">Whether scales are fp16 instead of fp32.</param>
internal readonly record struct BlockedLayout(int K, int N, int BlockSize, int Bits, bool HasOffsets, bool HasHalfScales)
{
    internal const int GroupColumns = 16;
    internal const int VectorBytes = 64;

    internal int Blocks => (K + BlockSize - 1) / BlockSize;

    internal int Groups => (N + GroupColumns - 1) / GroupColumns;

    /// <summary>Elements of a row in one vector of codes.</summary>
    internal int VectorDepth => 32 / Bits;

    internal int Vectors => BlockSize / VectorDepth;

    internal int CodeBytes => Vectors * VectorBytes;

    internal int ScaleBytes => HasHalfScales ? VectorBytes / 2 : VectorBytes;

    internal int BlockBytes => CodeBytes + ScaleBytes + (HasOffsets ? VectorBytes : 0);

    internal nint GroupBytes => (nint)Blocks * BlockBytes;

    internal long Bytes => (long)Groups * GroupBytes;

    /// <summary>The layout for some weights.</summary>
    /// <param name="weights">What is to be packed.</param>
    /// <param name="allowsHalf">Whether the kernel reads fp16 scales; they are taken only where all scales are such numbers.</param>
    internal static BlockedLayout Of(BlockedWeights weights, bool allowsHalf) => new(
        weights.K,
        weights.N,
        weights.BlockSize,
        weights.Bits,
        Array.Exists(weights.ZeroPoints, z => z != weights.Middle),
        allowsHalf && Array.TrueForAll(weights.Scales, s => (float)(Half)s == s));

    internal unsafe void Pack(BlockedWeights weights, byte* target)
    {
        BlockedLayout layout = this;
        Parallel.For(0, Groups, group => layout.PackGroup(weights, group, target + group * layout.GroupBytes));
    }

    private unsafe void PackGroup(BlockedWeights weights, int group, byte* target)
    {
        int columns = Math.Min(GroupColumns, N - group * GroupColumns);
        for (int block = 0; block < Blocks; block++, target += BlockBytes)
        {
            for (int column = 0; column < columns; column++)
            {
                int n = group * GroupColumns + column, first = block * BlockSize, count = Math.Min(BlockSize, K - first);
                ReadOnlySpan<byte> codes = weights.Codes.AsSpan(n * K + first, count);
                for (int k = 0; k < count; k++)
                {
                    int inVector = k % VectorDepth;
                    byte* dword = target + k / VectorDepth * VectorBytes + 4 * column;
                    dword[inVector % 4] |= (byte)(inVector < 4 ? codes[k] : codes[k] << 4);
                }

                float scale = weights.Scales[n * Blocks + block];
                byte* scales = target + CodeBytes;
                if (HasHalfScales)
                {
                    ((Half*)scales)[column] = (Half)scale;
                }
                else
                {
                    ((float*)scales)[column] = scale;
                }

                if (HasOffsets)
                {
                    ((float*)(scales + ScaleBytes))[column] = (weights.Middle - weights.ZeroPoints[n * Blocks + block]) * scale;
                }
            }
        }
    }
}
