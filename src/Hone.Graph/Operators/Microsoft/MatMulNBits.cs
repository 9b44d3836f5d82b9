using Hone.Graphs;
using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>A product with a matrix of 2-, 4- or 8-bit codes, which have a scale and a zero point per block: <c>Y = A · dequantize(B)ᵀ + bias</c>.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.MatMulNBits</c>, version 1. Inputs A <c>[.., K]</c> floating-point; B uint8
/// <c>[N, ⌈K / block⌉, block · bits / 8]</c>, the first code of a byte in its lowest bits, the tail of K padded; scales <c>[N · ⌈K / block⌉]</c> of A's
/// type; optional zero_points, uint8 packed <c>[N · ⌈⌈K / block⌉ · bits / 8⌉]</c> or of A's type <c>[N · ⌈K / block⌉]</c>, default <c>2^(bits - 1)</c>; g_idx int32
/// <c>[K]</c>, the block of each row; bias <c>[N]</c>. Output <c>[.., N]</c>. Attributes <c>K</c>, <c>N</c>, <c>bits</c> (4), <c>block_size</c>, a power of 2 from 16 on;
/// <c>accuracy_level</c> lets an engine compute less exactly: here sums are always made in float32, in the order of K.
/// </remarks>
internal sealed class MatMulNBits : MicrosoftOperator
{
    public override string Name => "MatMulNBits";

    public override (int Minimum, int Maximum) InputCount => (3, 6);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("A", context.DataType(0), DataType.Float32, DataType.Float16, DataType.BFloat16);
        node.RequireType("B", context.DataType(1), DataType.UInt8);
        node.RequireType("scales", context.DataType(2), context.DataType(0));
        if (context.HasInput(3))
            node.RequireType("zero_points", context.DataType(3), DataType.UInt8, context.DataType(0));
        node.RequireType("g_idx", context.DataType(4), DataType.Int32);
        context.SetOutput(0, context.DataType(0), InferShape(node, context.Shape(0), context.Shape(1)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor a) = (context.Node, context.Input(0));
        TensorShape shape = node.Concrete(InferShape(node, new SymbolicShape(a.Shape), new SymbolicShape(context.Input(1).Shape))!, a.DataType);
        (int k, int n) = Sizes(node);
        float[] weight = Dequantize(context, k, n);
        float[] output = new float[shape.ElementCount];
        int rows = n == 0 ? 0 : output.Length / n;
        MatrixProduct.Add(TensorConversion.Widen<float>(a), weight, output, rows, k, n);
        if (context.OptionalInput(5) is { } bias)
        {
            node.RequireShape("the bias", new SymbolicShape(bias.Shape), n);
            ReadOnlySpan<float> addends = TensorConversion.Widen<float>(bias);
            for (int i = 0; i < output.Length; i++)
                output[i] += addends[i % n];
        }

        context.SetOutput(0, TensorConversion.Narrow<float>(output, a.DataType, shape));
    }

    /// <summary>The weight <c>[K, N]</c>.</summary>
    private static float[] Dequantize(EvaluationContext context, int k, int n)
    {
        Node node = context.Node;
        (int bits, int blockSize) = (BlockCodes.Bits(node), BlockCodes.BlockSize(node));
        int blocks = (k + blockSize - 1) / blockSize;
        ReadOnlySpan<byte> codes = context.Input(1).AsSpan<byte>();
        ReadOnlySpan<float> scales = TensorConversion.Widen<float>(context.Input(2));
        ReadOnlySpan<int> groups = context.OptionalInput(4) is { } g ? g.AsSpan<int>() : [];
        float[] zeroPoints = ZeroPoints(context, bits, blocks, n);
        if (scales.Length != (long)n * blocks || zeroPoints.Length != scales.Length || (!groups.IsEmpty && groups.Length < k))
            throw node.Error($"scales {context.Input(2)}, zero points and g_idx do not fit {n} x {blocks} blocks of {k} rows.");
        foreach (int group in groups)
        {
            if (group < 0 || group >= blocks)
                throw node.Error($"g_idx holds {group}, there are {blocks} blocks.");
        }

        int rowBytes = blocks * blockSize * bits / 8;
        float[] weight = new float[checked(k * n)];
        for (int column = 0; column < n; column++)
        {
            for (int row = 0; row < k; row++)
            {
                int block = column * blocks + (groups.IsEmpty ? row / blockSize : groups[row]);
                weight[row * n + column] = (BlockCodes.Read(codes, rowBytes, bits, column, row) - zeroPoints[block]) * scales[block];
            }
        }

        return weight;
    }

    /// <summary>One zero point for each block of each column.</summary>
    private static float[] ZeroPoints(EvaluationContext context, int bits, int blocks, int n)
    {
        float[] result = new float[checked(blocks * n)];
        Array.Fill(result, BlockCodes.DefaultZeroPoint(bits));
        if (context.OptionalInput(3) is not { } given)
            return result;
        if (given.DataType != DataType.UInt8)
            return TensorConversion.Widen<float>(given).ToArray();
        int rowBytes = (blocks * bits + 7) / 8;
        for (int i = 0; i < result.Length; i++)
            result[i] = BlockCodes.Read(given.AsSpan<byte>(), rowBytes, bits, i / blocks, i % blocks);
        return result;
    }

    private static SymbolicShape? InferShape(Node node, SymbolicShape? a, SymbolicShape? b)
    {
        (int k, int n) = Sizes(node);
        (int bits, int blockSize) = (BlockCodes.Bits(node), BlockCodes.BlockSize(node));
        long blocks = ((long)k + blockSize - 1) / blockSize;
        // Some exporters flatten B.
        if (b is { Rank: 1 })
            node.RequireShape("B", b, n * blocks * (blockSize * bits / 8));
        else if (b is { Rank: 2 })
            node.RequireShape("B", b, n, blocks * (blockSize * bits / 8));
        else
            node.RequireShape("B", b, n, blocks, blockSize * bits / 8);
        node.RequireRank("A", a, 1);
        if (a is null)
            return null;
        node.Same("K and the last axis of A", k, a[-1]);
        return a.With(-1, n);
    }

    private static (int K, int N) Sizes(Node node)
    {
        (long k, long n) = (node.Attributes.RequireInt("K"), node.Attributes.RequireInt("N"));
        return k is >= 1 and <= int.MaxValue / 16 && n is >= 1 and <= int.MaxValue / 16 ? ((int)k, (int)n) : throw node.Error($"K = {k} and N = {n} are out of range.");
    }
}
