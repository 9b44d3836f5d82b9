using Hone.Graphs;
using Hone.Kernels.Blocked;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>Constant weights of a product that are stored as codes in blocks, in either of the two forms.</summary>
internal sealed class BlockedSource
{
    private const int LargestBlock = 256;
    private const int BlockStep = 16;

    private readonly Func<byte[]> _codes;
    private readonly float[] _scales;
    private readonly float[] _zeroPoints;
    private readonly int _blockSize;
    private readonly int _bits;

    private BlockedSource(int k, int n, int blockSize, int bits, Func<byte[]> codes, float[] scales, float[] zeroPoints) =>
        (K, N, _blockSize, _bits, _codes, _scales, _zeroPoints) = (k, n, blockSize, bits, codes, scales, zeroPoints);

    internal int K { get; }

    internal int N { get; }

    /// <summary>The weights behind a blocked <c>DequantizeLinear</c> of constants.</summary>
    /// <param name="value">The dequantized weight, [K, N], or [N, K] if <paramref name="isTransposed"/>.</param>
    /// <param name="isTransposed">Whether each row is one output.</param>
    internal static BlockedSource? Of(Value? value, bool isTransposed)
    {
        if (value is not { DataType: DataType.Float32, Producer: { } node } || !node.Is("DequantizeLinear") || !node.Inputs.All(i => i is null || i.IsConstant))
            return null;
        if (node.Inputs[0]!.Constant is not { Shape.Rank: 2 } codes || node.Inputs[1]!.Constant is not { DataType: DataType.Float32, Shape.Rank: 2 } scales)
            return null;
        if (codes.DataType is not (DataType.Int4 or DataType.UInt4 or DataType.Int8 or DataType.UInt8) || codes.ElementCount is 0 or > int.MaxValue)
            return null;
        int sumAxis = isTransposed ? 1 : 0;
        long axis = node.Attributes.GetInt("axis", 1), blockSize = node.Attributes.GetInt("block_size", 0);
        if ((axis < 0 ? axis + 2 : axis) != sumAxis || blockSize == 0 || SplitSize(blockSize, codes.Shape[sumAxis]) == 0)
            return null;
        (int k, int n, int bits) = ((int)codes.Shape[sumAxis], (int)codes.Shape[1 - sumAxis], codes.DataType.BitWidth());
        int blocks = (int)scales.Shape[sumAxis], shift = codes.DataType is DataType.Int4 or DataType.Int8 ? 1 << (bits - 1) : 0;
        float[] zeroPoints = node.Input(2)?.Constant is { } given ? Ordered(Array.ConvertAll(Numbers(given), z => (float)(z + shift)), blocks) : [];
        if (zeroPoints.Length == 0 && shift == 0)
            zeroPoints = new float[n * blocks];
        return new BlockedSource(
            k, n, (int)blockSize, bits, () => Ordered(Array.ConvertAll(Numbers(codes), c => (byte)(c + shift)), k), Ordered(scales.AsSpan<float>().ToArray(), blocks), zeroPoints);

        T[] Ordered<T>(T[] elements, int depth)
        {
            if (isTransposed)
                return elements;
            T[] turned = new T[elements.Length];
            for (int row = 0; row < depth; row++)
            {
                for (int column = 0; column < n; column++)
                    turned[(column * depth) + row] = elements[(row * n) + column];
            }

            return turned;
        }
    }

    /// <summary>The weights of a <c>com.microsoft.MatMulNBits</c>.</summary>
    internal static BlockedSource? Of(Node node)
    {
        if (node.Input(4) is not null || node.Inputs[1]!.Constant is not { } packed || node.Inputs[2]!.Constant is not { DataType: DataType.Float32 } scales)
            return null;
        if (node.Input(3) is { } given && given.Constant is not { DataType: DataType.UInt8 or DataType.Float32 })
            return null;
        int k = (int)node.Attributes.RequireInt("K"), n = (int)node.Attributes.RequireInt("N"), bits = (int)node.Attributes.GetInt("bits", 4);
        int blockSize = (int)node.Attributes.RequireInt("block_size"), blocks = (k + blockSize - 1) / blockSize;
        if (bits is not (4 or 8) || SplitSize(blockSize, k) == 0 || (long)n * k is 0 or > int.MaxValue)
            return null;
        float[] zeroPoints = node.Input(3)?.Constant switch
        {
            null => [],
            { DataType: DataType.UInt8 } bytes => Array.ConvertAll(Unpack(bytes.AsSpan<byte>(), n, blocks, ((blocks * bits) + 7) / 8, bits), z => (float)z),
            { } floats => floats.AsSpan<float>().ToArray(),
        };
        return new BlockedSource(
            k, n, blockSize, bits, () => Unpack(packed.AsSpan<byte>(), n, k, blocks * blockSize * bits / 8, bits), scales.AsSpan<float>().ToArray(), zeroPoints);
    }

    /// <summary>The weights as the kernels take them.</summary>
    internal BlockedWeights Read()
    {
        int size = SplitSize(_blockSize, K), blocks = (K + _blockSize - 1) / _blockSize;
        return new BlockedWeights { K = K, N = N, BlockSize = size, Bits = _bits, Codes = _codes(), Scales = Split(_scales), ZeroPoints = Split(_zeroPoints) };

        float[] Split(float[] parameters)
        {
            int finer = (K + size - 1) / size;
            if (finer == blocks || parameters.Length == 0)
                return parameters;
            float[] split = new float[N * finer];
            for (int i = 0; i < split.Length; i++)
                split[i] = parameters[(i / finer * blocks) + (i % finer * size / _blockSize)];
            return split;
        }
    }

    /// <summary>The largest block of the kernels that divides a block, or holds the only one; 0 where there is none.</summary>
    private static int SplitSize(long blockSize, long depth)
    {
        // A single block may be filled up.
        if (depth <= blockSize)
            blockSize = (depth + BlockStep - 1) / BlockStep * BlockStep;
        for (int size = (int)Math.Min(blockSize, LargestBlock) / BlockStep * BlockStep; size > 0; size -= BlockStep)
        {
            if (blockSize % size == 0)
                return size;
        }

        return 0;
    }

    private static long[] Numbers(Tensor tensor) =>
        tensor.DataType is DataType.Int4 or DataType.UInt4 ? Array.ConvertAll(PackedInt4.Unpack(tensor), c => (long)c) : tensor.ToInt64Array();

    private static byte[] Unpack(ReadOnlySpan<byte> packed, int rows, int columns, int rowBytes, int bits)
    {
        byte[] codes = new byte[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                codes[(row * columns) + column] = (byte)((packed[(row * rowBytes) + (column * bits / 8)] >> (column * bits % 8)) & ((1 << bits) - 1));
        }

        return codes;
    }
}
