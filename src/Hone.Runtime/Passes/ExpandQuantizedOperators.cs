using Hone.Graphs;
using Hone.Operators;
using Hone.Rewriting;
using Hone.Runtime.Lowering;
using Hone.Runtime.Lowering.Convolution;
using Hone.Runtime.Lowering.Quantization;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// Operators from codes to codes → <c>DequantizeLinear</c>, the operator on float32, <c>QuantizeLinear</c>: the form that lowerings know.
/// </summary>
/// <remarks>
/// Products go only where an 8-bit kernel takes the pattern, because evaluating it in float32 would round in other places: weights constant, with their zero
/// point in the middle of the range; every other scale a single constant. The kernel sums exactly and requantizes as the operator does, so results stay
/// bit-exact. The functions of <c>com.microsoft</c> are by definition computed in float32 between the two.
/// </remarks>
internal sealed class ExpandQuantizedOperators : RewriteRule
{
    private const string Microsoft = "com.microsoft";

    public override string Name => "expand operators of codes";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        GraphPatch patch = new(graph, Name);
        Value? result = Operator.QualifiedName(node.Operator.Domain, node.Operator.Name) switch
        {
            "QLinearConv" => Convolution(patch, node),
            "QLinearMatMul" => Product(patch, node),
            $"{Microsoft}.QLinearAdd" => Binary(patch, node, "Add"),
            $"{Microsoft}.QLinearMul" => Binary(patch, node, "Mul"),
            $"{Microsoft}.QLinearSigmoid" => Unary(patch, node, "Sigmoid"),
            $"{Microsoft}.QLinearLeakyRelu" => Unary(patch, node, "LeakyRelu"),
            $"{Microsoft}.QLinearAveragePool" => Pool(patch, node, "AveragePool"),
            $"{Microsoft}.QLinearGlobalAveragePool" => Pool(patch, node, "GlobalAveragePool"),
            $"{Microsoft}.QLinearConcat" => Concat(patch, node),
            $"{Microsoft}.DynamicQuantizeMatMul" => DynamicProduct(graph, patch, node),
            _ => null,
        };
        if (result is null)
            return null;
        patch.Replace(node.Output, result);
        return patch;
    }

    private static Value? Convolution(GraphPatch patch, Node node)
    {
        if (Weights(node, 3, 0) is not { } weights || ConvolutionGeometry.TryRead(node, weights.Shape, node.Inputs[0]!.Shape) is not { } shape)
            return null;
        if (shape.Depth > Int8Product.MostProducts)
            return null;
        if (Parameters(node, 1, node.Inputs[0]!.DataType) is not { } input || node.Input(8) is { IsConstant: false } || Dequantize(patch, node, 0) is not { } x)
            return null;
        Value?[] inputs = [x, Dequantize(patch, node.Inputs[3]!, weights, axis: 0)];
        if (node.Input(8) is { } bias)
            inputs = [.. inputs, BiasAtScaleOfSums(patch, bias, input, weights)];
        return Quantize(patch, node, 6, node.Output.DataType, patch.Node("Conv", inputs, node.Attributes, node.Name));
    }

    private static Value? Product(GraphPatch patch, Node node)
    {
        if (Weights(node, 3, 1) is not { Shape.Rank: 2 } weights || weights.Shape[0] is 0 or > Int8Product.MostProducts || weights.Shape[1] == 0)
            return null;
        if (node.Inputs[0]!.Shape is not { Rank: >= 2 })
            return null;
        return Dequantize(patch, node, 0) is { } a
            ? Quantize(patch, node, 6, node.Output.DataType, patch.Node("MatMul", [a, Dequantize(patch, node.Inputs[3]!, weights, axis: 1)], null, node.Name))
            : null;
    }

    private static Value? DynamicProduct(Graph graph, GraphPatch patch, Node node)
    {
        if (node.Inputs[1]!.Constant is not { Shape.Rank: 2 } codes || QuantizedWeights.Of(codes, node.Input(2)?.Constant, node.Input(3)) is not { } weights)
            return null;
        if (weights.Scales.Length != 1 && weights.Scales.Length != codes.Shape[1])
            return null;
        // Products of the same operand share its codes.
        Node quantize = node.Inputs[0]!.Consumers.FirstOrDefault(c => c.Is("DynamicQuantizeLinear") && c.Outputs.All(o => o is not null && graph.FindValue(o.Name) == o))
            ?? patch.Node("DynamicQuantizeLinear", [node.Inputs[0]], 3);
        Value zeroPoint = patch.Constant("zero_point", MiddleOf(weights, 0));
        Value sums = patch.Node("MatMulInteger", [quantize.Outputs[0], node.Inputs[1], quantize.Outputs[2], zeroPoint], null, node.Name);
        Value scale = patch.Node("Mul", [quantize.Outputs[1], node.Inputs[2]]);
        Value result = patch.Node("Mul", [patch.Node("Cast", [sums], AttributeMap.Of(("to", DataType.Float32))), scale]);
        return node.Input(4) is { } bias ? patch.Node("Add", [result, bias]) : result;
    }

    private static Value? Binary(GraphPatch patch, Node node, string name) =>
        Dequantize(patch, node, 0) is { } a && Dequantize(patch, node, 3) is { } b
            ? Quantize(patch, node, 6, node.Output.DataType, patch.Node(name, [a, b], null, node.Name))
            : null;

    private static Value? Unary(GraphPatch patch, Node node, string name, AttributeMap? attributes = null) =>
        Dequantize(patch, node, 0) is { } x ? Quantize(patch, node, 3, node.Output.DataType, patch.Node(name, [x], attributes ?? node.Attributes, node.Name)) : null;

    private static Value? Pool(GraphPatch patch, Node node, string name) =>
        node.Attributes.GetInt("channels_last", 0) == 0 ? Unary(patch, node, name, node.Attributes.Without("channels_last")) : null;

    private static Value? Concat(GraphPatch patch, Node node)
    {
        Value?[] parts = new Value?[(node.Inputs.Count - 2) / 3];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = Dequantize(patch, node, 2 + (3 * i));
        return parts.Contains(null) ? null : Quantize(patch, node, 0, node.Output.DataType, patch.Node("Concat", parts, node.Attributes, node.Name));
    }

    /// <summary>The constant weights whose codes, scales and zero points are three inputs in a row.</summary>
    private static QuantizedWeights? Weights(Node node, int first, int channelAxis)
    {
        if (QuantizedWeights.Of(node.Input(first)?.Constant, node.Input(first + 1)?.Constant, node.Input(first + 2)) is not { } weights || weights.Shape.Rank < 2)
            return null;
        return weights.Scales.Length == 1 || weights.Scales.Length == weights.Shape[channelAxis] ? weights : null;
    }

    /// <summary>The single constants that are two inputs in a row: scale, and a zero point that may be left out.</summary>
    private static QuantizationParameters? Parameters(Node node, int scale, DataType codes)
    {
        if (node.Input(scale)?.Constant is not { DataType: DataType.Float32, ElementCount: 1 } number || !(number.AsSpan<float>()[0] > 0))
            return null;
        if (node.Input(scale + 1) is not { } zeroPoint)
            return new QuantizationParameters(number.AsSpan<float>()[0], 0, codes == DataType.Int8);
        return zeroPoint.Constant is { ElementCount: 1 } tensor && tensor.DataType == codes
            ? new QuantizationParameters(number.AsSpan<float>()[0], (int)tensor.ToInt64Array()[0], codes == DataType.Int8)
            : null;
    }

    /// <summary>The numbers behind the codes that are an input, their scale and their zero point the next two.</summary>
    private static Value? Dequantize(GraphPatch patch, Node node, int codes) => node.Input(codes) is { } value && Parameters(node, codes + 1, value.DataType) is { } parameters
        ? patch.Node("DequantizeLinear", [value, Scale(patch, parameters), ZeroPoint(patch, parameters)])
        : null;

    private static Value? Quantize(GraphPatch patch, Node node, int scale, DataType codes, Value numbers) => Parameters(node, scale, codes) is { } parameters
        ? patch.Node("QuantizeLinear", [numbers, Scale(patch, parameters), ZeroPoint(patch, parameters)])
        : null;

    private static Value Dequantize(GraphPatch patch, Value codes, QuantizedWeights weights, int axis)
    {
        bool isPerChannel = weights.Scales.Length > 1;
        Value scale = patch.Constant("scale", isPerChannel ? Tensor.Vector(weights.Scales) : Tensor.Scalar(weights.Scales[0]));
        Value zeroPoint = patch.Constant("zero_point", MiddleOf(weights, isPerChannel ? weights.Scales.Length : 0));
        return patch.Node("DequantizeLinear", [codes, scale, zeroPoint], AttributeMap.Of(("axis", (long)axis)));
    }

    private static Value BiasAtScaleOfSums(GraphPatch patch, Value bias, QuantizationParameters input, QuantizedWeights weights)
    {
        float[] scales = Array.ConvertAll(weights.Scales, s => input.Scale * s);
        Value scale = patch.Constant("scale", scales.Length > 1 ? Tensor.Vector(scales) : Tensor.Scalar(scales[0]));
        return patch.Node("DequantizeLinear", [bias, scale], AttributeMap.Of(("axis", 0L)));
    }

    /// <summary>The zero point of weights, as a scalar or a vector.</summary>
    private static Tensor MiddleOf(QuantizedWeights weights, int count)
    {
        Tensor tensor = new(weights.Codes.DataType, count == 0 ? new TensorShape() : new TensorShape(count));
        tensor.Bytes.Fill(weights.Codes.DataType == DataType.UInt8 ? (byte)128 : (byte)0);
        return tensor;
    }

    private static Value Scale(GraphPatch patch, QuantizationParameters parameters) => patch.Constant("scale", Tensor.Scalar(parameters.Scale));

    private static Value ZeroPoint(GraphPatch patch, QuantizationParameters parameters) =>
        patch.Constant("zero_point", parameters.IsSigned ? Tensor.Scalar((sbyte)parameters.ZeroPoint) : Tensor.Scalar((byte)parameters.ZeroPoint));
}
