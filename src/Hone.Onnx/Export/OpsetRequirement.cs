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

    private static readonly DataType[] s_narrowIntegers = [DataType.Int8, DataType.UInt8, DataType.Int16, DataType.UInt16];

    /// <summary>Element types that came later than the form of their operators.</summary>
    private static readonly (string[] Operators, DataType[] Types, long Opset)[] s_types =
    [
        (["MaxPool"], [DataType.Int8, DataType.UInt8], 12),
        (["Gemm", "LRN", "MatMul", "MeanVarianceNormalization", "SoftmaxCrossEntropyLoss"], [DataType.BFloat16], 13),
        (["Add", "Div", "Mul", "Sub"], s_narrowIntegers, 14),
        (["Relu"], [.. s_narrowIntegers, DataType.Int32, DataType.Int64], 14),
        (["CumSum", "Trilu"], [DataType.Float16, DataType.BFloat16], 14),
        (["BatchNormalization", "Relu"], [DataType.BFloat16], 15),
        (["LeakyRelu", "PRelu", "ScatterElements", "ScatterND", "Where"], [DataType.BFloat16], 16),
        (["DequantizeLinear", "QuantizeLinear"], [DataType.Float16, DataType.BFloat16], 19),
        (["Equal"], [DataType.String], 19),
        (["ConstantOfShape", "IsNaN"], [DataType.BFloat16], 20),
        (["IsInf"], [DataType.Float16, DataType.BFloat16], 20),
        (["ReduceMax", "ReduceMin"], [DataType.Bool], 20),
        (["DequantizeLinear", "QuantizeLinear"], [DataType.Int16, DataType.UInt16], 21),
        (["QLinearMatMul"], [DataType.Float16, DataType.BFloat16], 21),
        (
            [
                "AveragePool", "Celu", "Conv", "ConvTranspose", "Cos", "DeformConv", "DepthToSpace", "Det", "Elu", "EyeLike", "GlobalAveragePool", "GlobalLpPool",
                "GlobalMaxPool", "GridSample", "GRU", "HardSigmoid", "HardSwish", "InstanceNormalization", "LpNormalization", "LpPool", "LSTM", "MaxPool",
                "MaxUnpool", "Mish", "NegativeLogLikelihoodLoss", "RNN", "Round", "Selu", "Sin", "Softplus", "Softsign", "ThresholdedRelu",
            ],
            [DataType.BFloat16],
            22),
    ];

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
        // Pad took the axes as its fourth input, Attention the lengths of a cache kept outside as its seventh.
        if (node.Is("Pad") && node.Input(3) is not null)
            return Math.Max(needed, 18);
        return node.Is("Attention") && node.Input(6) is not null ? Math.Max(needed, 24) : needed;
    }

    private static long Of(Node node, string attribute, object value)
    {
        // "min" and "max" came after "add" and "mul".
        if (attribute == "reduction" && value is "min" or "max")
            return 18;
        // Wrapping came last of the four modes of Pad, symmetric halves last of the coordinates of Resize.
        if ((node.Is("Pad") && value is "wrap") || (node.Is("Resize") && value is "half_pixel_symmetric"))
            return 19;
        return s_attributes.GetValueOrDefault((node.Operator.Name, attribute), 1);
    }

    private static long Of(Node node, DataType type) => type is DataType.Int4 or DataType.UInt4
        ? 21
        : s_types.Where(rule => rule.Types.Contains(type) && rule.Operators.Contains(node.Operator.Name)).Select(rule => rule.Opset).Append(1).Max();
}
