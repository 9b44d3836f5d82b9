using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Onnx.Export;

/// <summary>The lowest opset that has everything a graph uses: the forms of its nodes, their attributes, and their types.</summary>
internal static class OpsetRequirement
{
    /// <summary>Attributes that came later than the form of their operator.</summary>
    private static readonly Dictionary<(string Operator, string Attribute), long> s_attributes = new()
    {
        [("AveragePool", "dilations")] = 19,
        [("BatchNormalization", "training_mode")] = 14,
        [("Cast", "round_mode")] = 24,
        [("Cast", "saturate")] = 19,
        [("CastLike", "saturate")] = 19,
        [("DequantizeLinear", "block_size")] = 21,
        [("DequantizeLinear", "output_dtype")] = 23,
        [("GRU", "layout")] = 14,
        [("LpPool", "ceil_mode")] = 18,
        [("LpPool", "dilations")] = 18,
        [("LSTM", "layout")] = 14,
        [("QuantizeLinear", "block_size")] = 21,
        [("QuantizeLinear", "output_dtype")] = 21,
        [("QuantizeLinear", "precision")] = 23,
        [("QuantizeLinear", "saturate")] = 19,
        [("Reshape", "allowzero")] = 14,
        [("Resize", "antialias")] = 18,
        [("Resize", "axes")] = 18,
        [("Resize", "keep_aspect_ratio_policy")] = 18,
        [("RNN", "layout")] = 14,
        [("ScatterElements", "reduction")] = 16,
        [("ScatterND", "reduction")] = 16,
        [("Shape", "end")] = 15,
        [("Shape", "start")] = 15,
        [("Split", "num_outputs")] = 18,
    };

    internal static long Of(Graph graph) => graph.Nodes.Select(Of).Append(1).Max();

    private static long Of(Node node)
    {
        long needed = node.Subgraphs.Select(Of).Append(1).Max();
        if (node.Operator.Domain.Length > 0)
            return needed;
        needed = Math.Max(needed, node.Operator.SinceVersion);
        foreach ((string attribute, object value) in node.Attributes)
            needed = Math.Max(needed, Of(node, attribute, value));
        foreach (Value value in node.Inputs.Concat(node.Outputs).OfType<Value>())
            needed = Math.Max(needed, Of(node, value.DataType));
        // Pad took the axes as its fourth input.
        return node.Is("Pad") && node.Input(3) is not null ? Math.Max(needed, 18) : needed;
    }

    private static long Of(Node node, string attribute, object value)
    {
        // "min" and "max" came after "add" and "mul".
        if (attribute == "reduction" && value is "min" or "max")
            return 18;
        // Wrapping came last of the four modes.
        if (node.Is("Pad") && value is "wrap")
            return 19;
        return s_attributes.GetValueOrDefault((node.Operator.Name, attribute), 1);
    }

    private static long Of(Node node, DataType type) => type switch
    {
        DataType.Int4 or DataType.UInt4 => 21,
        DataType.Int16 or DataType.UInt16 when IsQuantization(node) => 21,
        DataType.Float16 or DataType.BFloat16 when IsQuantization(node) => 19,
        // The arithmetic of older opsets lacks the narrow integers.
        DataType.Int8 or DataType.UInt8 or DataType.Int16 or DataType.UInt16 when node.Is("Add") || node.Is("Sub") || node.Is("Mul") || node.Is("Div") => 14,
        DataType.BFloat16 when node.Is("Conv") || node.Is("ConvTranspose") || node.Is("AveragePool") || node.Is("MaxPool") || node.Is("GlobalAveragePool") || node.Is("InstanceNormalization") => 22,
        DataType.BFloat16 when node.Is("BatchNormalization") => 15,
        DataType.BFloat16 when node.Is("PRelu") || node.Is("Where") || node.Is("LeakyRelu") => 16,
        DataType.BFloat16 when node.Is("Relu") => 14,
        _ => 1,
    };

    private static bool IsQuantization(Node node) => node.Is("QuantizeLinear") || node.Is("DequantizeLinear");
}
