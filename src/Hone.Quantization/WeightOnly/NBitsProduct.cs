using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Quantization.WeightOnly;

/// <summary>Writes a product with a matrix in blocks as ONNX Runtime's <c>com.microsoft.MatMulNBits</c>.</summary>
/// <remarks>
/// Codes are unsigned, <c>[N, blocks, size * bits / 8]</c>, the low half of a byte first; scales <c>[N, blocks]</c>; zero points packed likewise, left out
/// where all are the middle. The bias of a Gemm becomes the operator's own where it is a constant for each column.
/// </remarks>
internal static class NBitsProduct
{
    private const string Domain = "com.microsoft";
    private const long Int8Level = 4;

    /// <summary>Whether the node can be written so.</summary>
    internal static bool Fits(Node node) => node.Is("MatMul")
        || (node.Is("Gemm") && !node.Attributes.GetBool("transA") && node.Attributes.GetFloat("alpha", 1) == 1 && node.Attributes.GetFloat("beta", 1) == 1);

    internal static void Replace(GraphPatch patch, Node node, BlockedMatrix matrix, bool allowsInt8)
    {
        string name = node.Inputs[1]!.Name;
        int bits = matrix.Spec.DataType.BitWidth();
        int middle = 1 << (bits - 1);
        int shift = matrix.Spec.DataType is DataType.Int4 or DataType.Int8 ? middle : 0;
        Value codes = patch.Constant($"{name}_quantized", Pack(matrix, bits, shift, middle));
        Value scales = patch.Constant($"{name}_scale", Tensor.Create(matrix.Scales, matrix.Outputs, matrix.Blocks));
        bool isCentred = Array.TrueForAll(matrix.ZeroPoints, z => z + shift == middle);
        Value? zeroPoints = isCentred ? null : patch.Constant($"{name}_zero_point", PackRows(matrix.ZeroPoints, matrix.Outputs, matrix.Blocks, bits, shift));
        Value? bias = node.Is("Gemm") ? node.Input(2) : null;
        bool takesBias = bias is { IsConstant: true, Shape.Rank: 1 } && bias.Shape[0].Value == matrix.Outputs;
        List<Value?> inputs = [node.Inputs[0], codes, scales];
        if (zeroPoints is not null || takesBias)
            inputs.Add(zeroPoints);
        if (takesBias)
            inputs.AddRange([null, bias]);
        AttributeMap attributes = AttributeMap.Of(
            ("K", (long)matrix.Depth), ("N", (long)matrix.Outputs), ("bits", (long)bits), ("block_size", (long)matrix.BlockSize));
        if (allowsInt8)
            attributes = attributes.With("accuracy_level", Int8Level);
        Value product = patch.Node("MatMulNBits", [.. inputs], attributes, $"{node.Output.Name}_product", Domain);
        patch.Replace(node.Output, bias is null || takesBias ? product : patch.Node("Add", [product, bias]));
    }

    private static Tensor Pack(BlockedMatrix matrix, int bits, int shift, int padding)
    {
        int size = matrix.BlockSize * bits / 8;
        byte[] packed = new byte[matrix.Outputs * matrix.Blocks * size];
        for (int output = 0; output < matrix.Outputs; output++)
        {
            for (int k = 0; k < matrix.Blocks * matrix.BlockSize; k++)
            {
                int code = k < matrix.Depth ? matrix.Codes[(output * matrix.Depth) + k] + shift : padding;
                long bit = ((((long)output * matrix.Blocks * matrix.BlockSize) + k) * bits);
                packed[bit / 8] |= (byte)(code << (int)(bit % 8));
            }
        }

        return Tensor.Create(packed, matrix.Outputs, matrix.Blocks, size);
    }

    private static Tensor PackRows(int[] numbers, int rows, int columns, int bits, int shift)
    {
        int size = ((columns * bits) + 7) / 8;
        byte[] packed = new byte[rows * size];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                packed[(row * size) + (column * bits / 8)] |= (byte)((numbers[(row * columns) + column] + shift) << (column * bits % 8));
        }

        return Tensor.Create(packed, rows, size);
    }
}
