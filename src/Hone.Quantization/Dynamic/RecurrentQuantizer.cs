using Hone.Graphs;
using Hone.Quantization.Observers;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Quantization.Dynamic;

/// <summary>Recurrent layers whose weights are 8-bit codes and whose inputs are quantized by the range of the whole sequence.</summary>
/// <remarks>
/// <c>DynamicQuantizeLinear</c> → <c>DequantizeLinear</c> → <c>LSTM</c> or <c>GRU</c> with dequantized weights is read by every ONNX engine. Hone's runtime
/// knows the pattern, computes on integers, and quantizes the hidden states of all sequences at every step, as PyTorch's dynamic layers do.
/// </remarks>
internal static class RecurrentQuantizer
{
    private const int Input = 1, Hidden = 2, LastOfLstm = 8;

    /// <summary>The patch for a recurrent layer, or null for any other node.</summary>
    internal static GraphPatch? Quantize(Graph graph, Node node, QuantizationSpec weight, DynamicQuantizationConfig config)
    {
        if (!config.QuantizesRecurrentLayers || !(node.Is("LSTM") || node.Is("GRU")) || node.Input(0) is not { DataType: DataType.Float32, IsConstant: false })
            return null;
        // A weight that others read too would have to be stored twice.
        if (StoredWeights.Of(node).Count() < 2 || node.Inputs[Input]!.Consumers.Count > 1 || node.Inputs[Hidden]!.Consumers.Count > 1)
            return null;
        GraphPatch patch = new(graph, "quantize recurrent layers dynamically");
        bool isOperator = config.UsesOnnxRuntimeOperators && node.Is("LSTM") && node.Attributes.GetInt("layout", 0) == 0;
        if (isOperator)
            ReplaceLstm(patch, node, weight, config.IsPerChannel);
        else
            QuantizeInputs(patch, node, weight, config.IsPerChannel);
        return patch;
    }

    private static void QuantizeInputs(GraphPatch patch, Node node, QuantizationSpec weight, bool isPerChannel)
    {
        string name = node.Outputs.OfType<Value>().First().Name;
        Node quantize = patch.Node("DynamicQuantizeLinear", [node.Inputs[0]], 3, name: $"{name}_input");
        patch.ReplaceInput(node, 0, patch.Node("DequantizeLinear", [quantize.Outputs[0], quantize.Outputs[1], quantize.Outputs[2]], name: $"{name}_input_dequantized"));
        foreach (int index in new[] { Input, Hidden })
        {
            Value given = node.Inputs[index]!;
            QuantizationParameters parameters = WeightRange.Parameters(given.Name, given.Constant!, weight with { Axis = isPerChannel ? 1 : null });
            patch.ReplaceInput(node, index, QuantizedConstants.Weight(patch, given, parameters));
        }
    }

    private static void ReplaceLstm(GraphPatch patch, Node node, QuantizationSpec weight, bool isPerChannel)
    {
        List<Value?> inputs = [.. Enumerable.Range(0, LastOfLstm).Select(node.Input)];
        foreach (int index in new[] { Input, Hidden })
        {
            Value given = node.Inputs[index]!;
            (int directions, int rows, int width) = ((int)given.Shape![0].Value, (int)given.Shape[1].Value, (int)given.Shape[2].Value);

            // Every direction has scales of its own.
            TensorShape parametersShape = isPerChannel ? new TensorShape(directions, rows) : new TensorShape(directions);
            float[] elements = given.Constant!.AsSpan<float>().ToArray();
            using Tensor matrix = Tensor.Create(elements, parametersShape.ElementCount, elements.Length / parametersShape.ElementCount);
            QuantizationParameters parameters = WeightRange.Parameters(given.Name, matrix, weight with { Axis = 0 });
            sbyte[] codes = Codes.Quantize(matrix, parameters).AsSpan<sbyte>().ToArray(), turned = new sbyte[codes.Length];
            for (int i = 0; i < codes.Length; i++)
            {
                (int row, int column) = Math.DivRem(i, width);
                (int direction, int inDirection) = Math.DivRem(row, rows);
                turned[(((direction * width) + column) * rows) + inDirection] = codes[i];
            }

            inputs[index] = patch.Constant($"{given.Name}_quantized", Tensor.Create(turned, directions, width, rows));
            inputs.Add(patch.Constant($"{given.Name}_scale", Tensor.Create(parameters.Scales, parametersShape.Dimensions)));
            inputs.Add(patch.Constant($"{given.Name}_zero_point", Tensor.Create(new sbyte[parametersShape.ElementCount], parametersShape.Dimensions)));
        }

        Node replacement = patch.Node("DynamicQuantizeLSTM", inputs.ToArray(), node.Outputs.Count, node.Attributes, node.Name, domain: "com.microsoft");
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output)
                patch.Replace(output, replacement.Outputs[i]!);
        }
    }
}
