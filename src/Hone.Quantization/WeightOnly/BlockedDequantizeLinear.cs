using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Quantization.WeightOnly;

/// <summary>Writes a matrix in blocks as ONNX <c>DequantizeLinear</c>, opset 21, with <c>block_size</c>.</summary>
/// <remarks>A matrix <c>[K, N]</c> in blocks along axis 0 has scales <c>[ceil(K / size), N]</c>.</remarks>
internal static class BlockedDequantizeLinear
{
    internal static Value Write(GraphPatch patch, Value weight, BlockedMatrix matrix, int sumAxis)
    {
        DataType type = matrix.Spec.DataType;
        Value stored = patch.Constant($"{weight.Name}_quantized", Codes.ToTensor(Ordered(matrix.Codes, matrix.Depth), type, weight.Constant!.Shape));
        TensorShape blocks = sumAxis == 1 ? new TensorShape(matrix.Outputs, matrix.Blocks) : new TensorShape(matrix.Blocks, matrix.Outputs);
        Value scale = patch.Constant($"{weight.Name}_scale", Tensor.Create(Ordered(matrix.Scales, matrix.Blocks), blocks.Dimensions));
        Value zeroPoint = patch.Constant($"{weight.Name}_zero_point", Codes.ToTensor(Ordered(matrix.ZeroPoints, matrix.Blocks), type, blocks));

        // The engine derives the block from the shapes, so a block longer than the axis has to be the axis.
        AttributeMap attributes = AttributeMap.Of(("axis", sumAxis), ("block_size", Math.Min(matrix.BlockSize, matrix.Depth)));
        return patch.Node("DequantizeLinear", [stored, scale, zeroPoint], attributes, QuantizedNames.Dequantized(weight.Name));

        T[] Ordered<T>(T[] rows, int columns) => sumAxis == 1 ? rows : BlockedMatrix.Transposed<T>(rows, matrix.Outputs, columns);
    }
}
