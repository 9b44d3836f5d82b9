using Hone.Graphs;

namespace Hone.Compression.Channels.Rules;

/// <summary>What is known of each operator; others keep the channels that they read.</summary>
internal static class ChannelRules
{
    private static readonly string[] s_unary =
    [
        "Abs", "Cast", "Ceil", "Celu", "Clip", "Cos", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "Identity",
        "LeakyRelu", "Log", "Mish", "Neg", "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sign", "Sin", "Softplus", "Softsign", "Sqrt", "Swish", "Tanh",
        "ThresholdedRelu",
    ];

    private static readonly string[] s_reductions =
        ["ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare"];

    private static readonly Dictionary<string, ChannelRule> s_rules = new(StringComparer.Ordinal)
    {
        ["AveragePool"] = WindowRules.Pool,
        ["BatchNormalization"] = ElementwiseRules.BatchNormalization,
        ["Concat"] = JoinRules.Concat,
        ["Conv"] = ConvolutionRules.Conv,
        ["ConvTranspose"] = ConvolutionRules.ConvTranspose,
        ["Flatten"] = ReshapeRules.Flatten,
        ["Gemm"] = MatrixRules.Gemm,
        ["GlobalAveragePool"] = WindowRules.Pool,
        ["GlobalMaxPool"] = WindowRules.Pool,
        ["InstanceNormalization"] = ElementwiseRules.InstanceNormalization,
        ["LogSoftmax"] = ElementwiseRules.AlongAxis,
        ["LpPool"] = WindowRules.Pool,
        ["MatMul"] = MatrixRules.MatMul,
        ["MaxPool"] = WindowRules.Pool,
        ["Pad"] = ShapeRules.Pad,
        ["Reshape"] = ReshapeRules.Reshape,
        ["Resize"] = ShapeRules.Resize,
        ["Shape"] = ShapeRules.Shape,
        ["Slice"] = JoinRules.Slice,
        ["Softmax"] = ElementwiseRules.AlongAxis,
        ["Split"] = JoinRules.Split,
        ["Squeeze"] = ShapeRules.Squeeze,
        ["Transpose"] = ShapeRules.Transpose,
        ["Unsqueeze"] = ShapeRules.Unsqueeze,
    };

    static ChannelRules()
    {
        foreach (string name in s_unary)
            s_rules.Add(name, ElementwiseRules.Unary);
        foreach (string name in BinaryRules.Names)
            s_rules.Add(name, BinaryRules.Binary);
        foreach (string name in s_reductions)
            s_rules.Add(name, ShapeRules.Reduce);
    }

    internal static ChannelRule Find(Node node) =>
        node.Operator.Domain.Length == 0 && !node.Subgraphs.Any() && s_rules.TryGetValue(node.Operator.Name, out ChannelRule? rule)
            ? rule
            : static (analysis, node) => analysis.PinInputs(node);
}
