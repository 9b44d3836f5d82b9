using Hone.Graphs;
using Hone.Quantization.Observers;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Quantization.Dynamic;

/// <summary>Rewrites matrix products with constant weights to compute on integers whose ranges are found at run time.</summary>
/// <remarks>
/// <c>MatMul</c> and <c>Gemm</c> become <c>DynamicQuantizeLinear</c>, <c>MatMulInteger</c>, <c>Cast</c>, <c>Mul</c> and <c>Add</c>, which every ONNX engine
/// knows. <c>LSTM</c> and <c>GRU</c> read an input that is quantized and dequantized, and weights that are dequantized, or become ONNX Runtime's operator:
/// see <see cref="RecurrentQuantizer"/>. Other weights are stored as integers with a <c>DequantizeLinear</c> behind them.
/// </remarks>
public static class DynamicQuantizer
{
    private static readonly QuantizationSpec s_weight = new() { DataType = DataType.Int8, IsSymmetric = true };

    /// <summary>Changes the graph.</summary>
    /// <exception cref="QuantizationException">Nothing in the graph can be quantized, or a weight is NaN or infinite.</exception>
    public static void Quantize(Graph graph, DynamicQuantizationConfig? config = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        config ??= new DynamicQuantizationConfig();
        bool changed = false;
        foreach (Node node in graph.Nodes.Where(config.Includes).ToArray())
        {
            GraphPatch? patch = IsMatrixProduct(node)
                ? QuantizeMatrixProduct(graph, node, config)
                : RecurrentQuantizer.Quantize(graph, node, s_weight, config) ?? (config.StoresOtherWeights ? StoreWeights(graph, node, config) : null);
            patch?.Apply();
            changed |= patch is not null;
        }

        if (!changed)
            throw new QuantizationException("The graph has no weights that could be quantized.");
    }

    private static bool IsMatrixProduct(Node node)
    {
        if (!(node.Is("MatMul") || node.Is("Gemm")) || !StoredWeights.Of(node).Any() || node.Input(0) is not { DataType: DataType.Float32 })
            return false;
        return node.Is("MatMul")
            || (node.Attributes.GetFloat("alpha", 1) == 1 && node.Attributes.GetFloat("beta", 1) == 1 && !node.Attributes.GetBool("transA"));
    }

    private static GraphPatch QuantizeMatrixProduct(Graph graph, Node node, DynamicQuantizationConfig config)
    {
        GraphPatch patch = new(graph, "quantize dynamically");
        string name = node.Output.Name;
        Value weight = node.Inputs[1]!;
        Tensor matrix = node.Attributes.GetBool("transB") ? Transposed(weight.Constant!) : weight.Constant!;
        QuantizationParameters parameters = WeightRange.Parameters(weight.Name, matrix, s_weight with { Axis = config.IsPerChannel ? 1 : null });
        Value codes = patch.Constant($"{weight.Name}_quantized", Codes.Quantize(matrix, parameters));
        Value zeroPoint = patch.Constant($"{weight.Name}_zero_point", parameters.ZeroPointTensor());
        Value scale = patch.Constant($"{weight.Name}_scale", parameters.ScaleTensor());
        Node activation = patch.Node("DynamicQuantizeLinear", [node.Inputs[0]], 3, name: $"{name}_input");
        Value sums = patch.Node("MatMulInteger", [activation.Outputs[0], codes, activation.Outputs[2], zeroPoint], name: $"{name}_sums");
        Value real = patch.Node("Cast", [sums], AttributeMap.Of(("to", DataType.Float32)), $"{name}_real");
        Value factor = patch.Node("Mul", [activation.Outputs[1], scale], name: $"{name}_factor");
        Value result = patch.Node("Mul", [real, factor], name: $"{name}_scaled");
        if (node.Input(2) is { } bias)
            result = patch.Node("Add", [result, bias], name: $"{name}_biased");
        patch.Replace(node.Output, result);
        return patch;
    }

    private static GraphPatch? StoreWeights(Graph graph, Node node, DynamicQuantizationConfig config)
    {
        GraphPatch patch = new(graph, "store weights as integers");
        bool changed = false;
        foreach ((int index, int axis, _) in StoredWeights.Of(node))
        {
            // A weight that others read too would have to be stored twice.
            if (node.Input(index) is not { Consumers.Count: 1 } weight)
                continue;
            QuantizationParameters parameters = WeightRange.Parameters(weight.Name, weight.Constant!, s_weight with { Axis = config.IsPerChannel ? axis : null });
            patch.ReplaceInput(node, index, QuantizedConstants.Weight(patch, weight, parameters));
            changed = true;
        }

        return changed ? patch : null;
    }

    private static Tensor Transposed(Tensor matrix)
    {
        (int rows, int columns) = ((int)matrix.Shape[0], (int)matrix.Shape[1]);
        ReadOnlySpan<float> source = matrix.AsSpan<float>();
        Tensor result = new(DataType.Float32, new TensorShape(columns, rows));
        Span<float> target = result.AsSpan<float>();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                target[(column * rows) + row] = source[(row * columns) + column];
        }

        GC.KeepAlive(matrix);
        return result;
    }
}
