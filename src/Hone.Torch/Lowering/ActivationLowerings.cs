using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Activation functions.</summary>
internal static class ActivationLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("relu", c => UnaryLowerings.Unary(c, "Relu")),
        new("relu6", c => c.Set(Clip(c, c.Tensor(0), 0, 6))),
        new("hardtanh", _ => throw LoweringContext.Unsupported("TorchSharp 0.107 returns the input unchanged instead of clamping it; use clamp")),
        new("sigmoid", c => UnaryLowerings.Unary(c, "Sigmoid")),
        new("expit", c => UnaryLowerings.Unary(c, "Sigmoid")),
        new("tanh", c => UnaryLowerings.Unary(c, "Tanh")),
        new("silu", c => c.Set(c.Node("Mul", [c.Tensor(0), c.Node("Sigmoid", [c.Tensor(0)])]))),
        new("hardsigmoid", c => c.Set(c.Node("HardSigmoid", [c.Tensor(0)], ("alpha", 1f / 6), ("beta", 0.5f)))),
        new("hardswish", c => c.Set(c.Node("HardSwish", [c.Tensor(0)]))),
        new("leaky_relu", c => c.Set(c.Node("LeakyRelu", [c.Tensor(0)], ("alpha", (float)c.Double("negative_slope", 0.01))))),
        new("rrelu", c => c.Set(c.Node("LeakyRelu", [c.Tensor(0)], ("alpha", (float)((c.Double("lower", 1.0 / 8) + c.Double("upper", 1.0 / 3)) / 2))))),
        new("elu", c => c.Set(c.Node("Elu", [c.Tensor(0)], ("alpha", (float)c.Double("alpha", 1))))),
        new("celu", c => c.Set(c.Node("Celu", [c.Tensor(0)], ("alpha", (float)c.Double("alpha", 1))))),
        new("selu", c => c.Set(c.Node("Selu", [c.Tensor(0)]))),
        new("gelu", Gelu),
        new("mish", c => c.Set(c.Node("Mish", [c.Tensor(0)]))),
        new("softplus", Softplus),
        new("softsign", c => UnaryLowerings.Unary(c, "Softsign")),
        new("logsigmoid", c => c.Set(c.Node("Neg", [c.Node("Softplus", [c.Node("Neg", [c.Tensor(0)])])]))),
        new("log_sigmoid", c => c.Set(c.Node("Neg", [c.Node("Softplus", [c.Node("Neg", [c.Tensor(0)])])]))),
        new("hardshrink", c => c.Set(c.Node("Shrink", [c.Tensor(0)], ("lambd", (float)c.Double("lambda", 0.5)), ("bias", 0f)))),
        new("softshrink", c => c.Set(c.Node("Shrink", [c.Tensor(0)], ("lambd", (float)c.Double("lambda", 0.5)), ("bias", (float)c.Double("lambda", 0.5))))),
        new("tanhshrink", c => c.Set(c.Node("Sub", [c.Tensor(0), c.Node("Tanh", [c.Tensor(0)])]))),
        new("threshold", Threshold),
        new("prelu", PRelu),
        new("glu", Glu),
        new("softmax", c => Softmax(c, "Softmax")),
        new("log_softmax", c => Softmax(c, "LogSoftmax")),
        new("softmin", c => c.Set(c.Node("Softmax", [c.Node("Neg", [c.Tensor(0)])], ("axis", c.Int("dim"))))),
        new("softmax2d", c => c.Set(c.Node("Softmax", [c.Tensor(0)], ("axis", -3L)))),
    ];

    private static Value Clip(LoweringContext c, Value x, double minimum, double maximum) =>
        c.Node("Clip", [x, c.Scalar(minimum, x.DataType), c.Scalar(maximum, x.DataType)]);

    private static void Gelu(LoweringContext c) =>
        c.Set(c.Node("Gelu", [c.Tensor(0)], ("approximate", c.Text("approximate") is "tanh" ? "tanh" : "none")));

    private static void Softplus(LoweringContext c)
    {
        DataType type = c.ResultType();
        double beta = c.Double("beta", 1);
        double threshold = c.Double("threshold", 20);
        Value x = c.Tensor(0);
        Value scaled = beta == 1 ? x : c.Node("Mul", [x, c.Scalar(beta, type)]);
        Value soft = c.Node("Softplus", [scaled]);
        if (beta != 1)
            soft = c.Node("Div", [soft, c.Scalar(beta, type)]);
        // Above the threshold PyTorch returns x itself; from 20 on both are the same in float32.
        c.Set(threshold >= 20 ? soft : c.Node("Where", [c.Node("Greater", [scaled, c.Scalar(threshold, type)]), x, soft]));
    }

    private static void Threshold(LoweringContext c)
    {
        DataType type = c.ResultType();
        Value above = c.Node("Greater", [c.Tensor(0), c.Scalar(c.Double("threshold"), type)]);
        c.Set(c.Node("Where", [above, c.Tensor(0), c.Scalar(c.Double("value"), type)]));
    }

    private static void PRelu(LoweringContext c)
    {
        Value slope = c.Tensor(1);
        // One slope per channel stands on axis 1; ONNX broadcasts from the last axis.
        if (c.Traced(1).Shape is [> 1] && c.Rank(0) > 2)
            slope = c.Node("Unsqueeze", [slope, c.Vector([.. Enumerable.Range(1, c.Rank(0) - 2).Select(i => (long)i)])]);
        c.Set(c.Node("PRelu", [c.Tensor(0), slope]));
    }

    private static void Glu(LoweringContext c)
    {
        IReadOnlyList<Value?> halves = c.Nodes("Split", [c.Tensor(0)], 2, ("axis", c.Int("dim", -1)), ("num_outputs", 2L));
        c.Set(c.Node("Mul", [halves[0], c.Node("Sigmoid", [halves[1]])]));
    }

    private static void Softmax(LoweringContext c, string operatorName)
    {
        Value x = c.Cast(c.Tensor(0), c.ResultType());
        c.Set(c.Node(operatorName, [x], ("axis", c.Int("dim"))));
    }
}
