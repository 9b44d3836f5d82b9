using Hone.Graphs;
using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>Gathers slices of a tensor of codes and dequantizes them; codes have a scale and a zero point per block.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.GatherBlockQuantized</c>, version 1. Inputs data int4, uint4, or uint8 holding codes of <c>bits</c> bits along the
/// last axis, the first in the lowest bits; indices int32 or int64; scales of data's rank with <c>⌈D / block_size⌉</c> entries along
/// <c>quantize_axis</c>; optional zero_points of data's type and packing, default 0, for uint8 <c>2^(bits - 1)</c>. Output of scales' type, data's shape
/// with indices' in place of <c>gather_axis</c>. Attributes <c>gather_axis</c> (0), <c>quantize_axis</c> (-1), <c>block_size</c> (128), <c>bits</c> (4).
/// </remarks>
internal sealed class GatherBlockQuantized : MicrosoftOperator
{
    public override string Name => "GatherBlockQuantized";

    public override (int Minimum, int Maximum) InputCount => (3, 4);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("data", context.DataType(0), DataType.Int4, DataType.UInt4, DataType.UInt8);
        node.RequireType("indices", context.DataType(1), DataType.Int32, DataType.Int64);
        node.RequireType("scales", context.DataType(2), DataType.Float32, DataType.Float16, DataType.BFloat16);
        if (context.HasInput(3))
            node.RequireType("zero_points", context.DataType(3), context.DataType(0));
        SymbolicShape? output = null;
        if (context.Shape(0) is { } data && context.DataType(0) != DataType.Undefined)
        {
            SymbolicShape codes = CodeShape(node, context.DataType(0), data);
            CheckScales(node, codes, context.Shape(2));
            output = context.Shape(1) is { } indices ? InferShape(node, codes, indices) : null;
        }

        context.SetOutput(0, context.DataType(2), output);
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor data, Tensor indices, Tensor scales) = (context.Node, context.Input(0), context.Input(1), context.Input(2));
        SymbolicShape symbolic = CodeShape(node, data.DataType, new SymbolicShape(data.Shape));
        CheckScales(node, symbolic, new SymbolicShape(scales.Shape));
        TensorShape codes = symbolic.ToTensorShape()!;
        TensorShape shape = node.Concrete(InferShape(node, symbolic, new SymbolicShape(indices.Shape)), DataType.Float32);
        int gatherAxis = Axis(node, "gather_axis", 0, codes.Rank);
        int quantizeAxis = Axis(node, "quantize_axis", -1, codes.Rank);
        int blockSize = BlockCodes.BlockSize(node, 128);
        int[] packed = Unpack(node, data, codes);
        int[] zeroPoints = context.OptionalInput(3) is { } given ? Unpack(node, given, scales.Shape) : Fill(node, data.DataType, scales.ElementCount);
        ReadOnlySpan<float> factors = TensorConversion.Widen<float>(scales);
        long[] picked = indices.ToInt64Array();

        float[] output = new float[shape.ElementCount];
        (long[] strides, long[] scaleStrides) = (codes.Strides(), scales.Shape.Strides());
        int inner = (int)codes.ElementCountOf(gatherAxis + 1, codes.Rank);
        for (int i = 0; i < output.Length; i++)
        {
            (int outer, int rest) = Math.DivRem(i, picked.Length * inner);
            long index = picked[rest / inner];
            if (index < -codes[gatherAxis] || index >= codes[gatherAxis])
                throw node.Error($"the index {index} does not lie in axis {gatherAxis} of {codes}.");
            index += index < 0 ? codes[gatherAxis] : 0;
            long place = (outer * codes[gatherAxis] + index) * inner + rest % inner;
            long scale = 0;
            for (int axis = 0; axis < codes.Rank; axis++)
                scale += place / strides[axis] % codes[axis] / (axis == quantizeAxis ? blockSize : 1) * scaleStrides[axis];
            output[i] = AffineQuantization.Dequantize(packed[place], factors[(int)scale], zeroPoints[scale]);
        }

        context.SetOutput(0, TensorConversion.Narrow<float>(output, scales.DataType, shape));
    }

    private static int[] Fill(Node node, DataType type, long count)
    {
        int[] zeroPoints = new int[count];
        if (type == DataType.UInt8)
            Array.Fill(zeroPoints, BlockCodes.DefaultZeroPoint(BlockCodes.Bits(node)));
        return zeroPoints;
    }

    /// <summary>The codes of a tensor; bytes hold several along the last axis, of which the last byte may hold fewer.</summary>
    private static int[] Unpack(Node node, Tensor tensor, TensorShape codes)
    {
        int[] result = new int[codes.ElementCount];
        if (tensor.DataType != DataType.UInt8)
        {
            node.RequireShape("zero_points", new SymbolicShape(tensor.Shape), new SymbolicShape(codes).Dimensions);
            TensorConversion.Widen<int>(tensor).CopyTo(result);
            return result;
        }

        int bits = BlockCodes.Bits(node);
        int columns = (int)codes[-1];
        int rowBytes = (columns * bits + 7) / 8;
        node.RequireShape("zero_points", new SymbolicShape(tensor.Shape), new SymbolicShape(codes).With(-1, rowBytes).Dimensions);
        for (int i = 0; i < result.Length; i++)
            result[i] = BlockCodes.Read(tensor.AsSpan<byte>(), rowBytes, bits, i / columns, i % columns);
        return result;
    }

    /// <summary>The shape of the codes in data.</summary>
    private static SymbolicShape CodeShape(Node node, DataType type, SymbolicShape data)
    {
        node.RequireRank("data", data, 1);
        return type == DataType.UInt8 ? data.With(-1, data[-1] * (8 / BlockCodes.Bits(node))) : data;
    }

    private static void CheckScales(Node node, SymbolicShape codes, SymbolicShape? scales)
    {
        int axis = Axis(node, "quantize_axis", -1, codes.Rank);
        int blockSize = BlockCodes.BlockSize(node, 128);
        node.RequireShape("scales", scales, codes.With(axis, (codes[axis] + (blockSize - 1)) / blockSize).Dimensions);
    }

    private static SymbolicShape InferShape(Node node, SymbolicShape codes, SymbolicShape indices)
    {
        int axis = Axis(node, "gather_axis", 0, codes.Rank);
        return new SymbolicShape([.. codes.Dimensions[..axis], .. indices.Dimensions, .. codes.Dimensions[(axis + 1)..]]);
    }

    private static int Axis(Node node, string name, long defaultValue, int rank) => node.NormalizeAxis(node.Attributes.GetInt(name, defaultValue), rank);
}
