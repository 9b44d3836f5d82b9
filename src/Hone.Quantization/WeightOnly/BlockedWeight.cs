using Hone.Graphs;
using Hone.Numerics;
using Hone.Quantization.Observers;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Quantization.WeightOnly;

/// <summary>Stores a matrix with a scale for each block of elements along one axis, rounding to nearest.</summary>
/// <remarks>ONNX <c>DequantizeLinear</c>, opset 21, with <c>block_size</c>: a matrix <c>[K, N]</c> in blocks along axis 0 has scales <c>[ceil(K / size), N]</c>.</remarks>
internal static class BlockedWeight
{
    /// <exception cref="QuantizationException">An element is NaN or infinite.</exception>
    internal static Value Store(GraphPatch patch, Value weight, QuantizationSpec spec, int axis, int blockSize)
    {
        Tensor matrix = weight.Constant!;
        (int rows, int columns) = ((int)matrix.Shape[0], (int)matrix.Shape[1]);
        ReadOnlySpan<float> elements = matrix.AsSpan<float>();
        if (ElementRange.FirstNonFinite(elements) is { } element)
            throw new QuantizationException(weight.Name, $"It holds {element}, which has no place on a grid of integers.");

        // The engine derives the block from the shapes, so a block longer than the axis has to be the axis.
        int size = Math.Min(blockSize, axis == 0 ? rows : columns);
        (int blockRows, int blockColumns) = axis == 0 ? (Blocks(rows), columns) : (rows, Blocks(columns));
        ObservedRange[] ranges = new ObservedRange[blockRows * blockColumns];
        Array.Fill(ranges, ObservedRange.Empty);
        for (int i = 0; i < elements.Length; i++)
        {
            ref ObservedRange range = ref ranges[BlockOf(i)];
            range = range.Union(new ObservedRange(elements[i], elements[i]));
        }

        QuantizationParameters parameters = spec.Parameters(ranges);
        (int minimum, int maximum) = spec.CodeRange;
        int[] codes = new int[elements.Length];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = AffineQuantization.QuantizeByReciprocal(elements[i], parameters.Scales[BlockOf(i)], parameters.ZeroPoints[BlockOf(i)], minimum, maximum);
        TensorShape blocks = new(blockRows, blockColumns);
        Value stored = patch.Constant($"{weight.Name}_quantized", Codes.ToTensor(codes, spec.DataType, matrix.Shape));
        Value scale = patch.Constant($"{weight.Name}_scale", Tensor.Create(parameters.Scales, blockRows, blockColumns));
        Value zeroPoint = patch.Constant($"{weight.Name}_zero_point", Codes.ToTensor(parameters.ZeroPoints, spec.DataType, blocks));
        AttributeMap attributes = AttributeMap.Of(("axis", axis), ("block_size", size));
        return patch.Node("DequantizeLinear", [stored, scale, zeroPoint], attributes, QuantizedNames.Dequantized(weight.Name));

        int Blocks(int length) => (length + size - 1) / size;

        int BlockOf(int index)
        {
            (int row, int column) = Math.DivRem(index, columns);
            return axis == 0 ? (row / size * blockColumns) + column : (row * blockColumns) + (column / size);
        }
    }
}
