using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Activations and other functions of one tensor.</summary>
internal static class ActivationExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["Abs"] = Unary(x => x.abs()),
        ["Acos"] = Unary(x => x.acos()),
        ["Asin"] = Unary(x => x.asin()),
        ["Atan"] = Unary(x => x.atan()),
        ["Cast"] = Unary((x, c) => x.to(((Tensors.DataType)c.Attributes.RequireInt("to")).ToTorch())),
        ["Ceil"] = Unary(x => x.ceil()),
        ["Celu"] = Unary((x, c) => functional.celu(x, c.Attributes.GetFloat("alpha", 1), false)),
        ["Clip"] = Unary(Clip),
        ["Cos"] = Unary(x => x.cos()),
        ["Cosh"] = Unary(x => x.cosh()),
        ["Dropout"] = Dropout,
        ["Elu"] = Unary((x, c) => functional.elu(x, c.Attributes.GetFloat("alpha", 1), false)),
        ["Erf"] = Unary(x => x.erf()),
        ["Exp"] = Unary(x => x.exp()),
        ["Floor"] = Unary(x => x.floor()),
        ["Gelu"] = Unary((x, c) => functional.gelu(
            x, c.Attributes.GetString("approximate", "none") == "tanh" ? TorchSharp.Modules.GELU.Approximate.tanh : TorchSharp.Modules.GELU.Approximate.none, false)),
        ["HardSigmoid"] = Unary(HardSigmoid),
        ["HardSwish"] = Unary(x => functional.hardswish(x, false)),
        ["Identity"] = Unary(x => x.alias()),
        ["IsInf"] = Unary(IsInfinite),
        ["IsNaN"] = Unary(x => x.isnan()),
        ["LeakyRelu"] = Unary((x, c) => functional.leaky_relu(x, c.Attributes.GetFloat("alpha", 0.01f), false)),
        ["Log"] = Unary(x => x.log()),
        ["LogSoftmax"] = Unary((x, c) => functional.log_softmax(x, c.Attributes.GetInt("axis", -1))),
        ["Mish"] = Unary(x => functional.mish(x, false)),
        ["Neg"] = Unary(x => x.neg()),
        ["Not"] = Unary(x => x.logical_not()),
        ["Reciprocal"] = Unary(x => x.reciprocal()),
        ["Relu"] = Unary(x => x.relu()),
        ["Round"] = Unary(x => x.round()),
        ["Selu"] = Unary(x => functional.selu(x, false)),
        ["Sigmoid"] = Unary(x => x.sigmoid()),
        ["Sign"] = Unary(x => x.sign()),
        ["Sin"] = Unary(x => x.sin()),
        ["Sinh"] = Unary(x => x.sinh()),
        ["Softmax"] = Unary((x, c) => x.softmax(c.Attributes.GetInt("axis", -1))),
        ["Softplus"] = Unary(x => functional.softplus(x, 1, 20)),
        ["Softsign"] = Unary(x => x / (x.abs() + 1)),
        ["Sqrt"] = Unary(x => x.sqrt()),
        ["Swish"] = Unary((x, c) => x * (x * c.Attributes.GetFloat("alpha", 1)).sigmoid()),
        ["Tan"] = Unary(x => x.tan()),
        ["Tanh"] = Unary(x => x.tanh()),
        ["ThresholdedRelu"] = Unary((x, c) => x * (x > c.Attributes.GetFloat("alpha", 1)).to(x.dtype)),
    };

    private static NodeExecutor Unary(Func<Tensor, Tensor> function) => call => [function(call.Input(0))];

    private static NodeExecutor Unary(Func<Tensor, NodeCall, Tensor> function) => call => [function(call.Input(0), call)];

    private static Tensor Clip(Tensor x, NodeCall call)
    {
        Scalar? minimum = call.Floats(1) is { } low ? low[0] : null;
        Scalar? maximum = call.Floats(2) is { } high ? high[0] : null;
        return minimum is null && maximum is null ? x.alias() : x.clamp(minimum, maximum);
    }

    private static Tensor IsInfinite(Tensor x, NodeCall call)
    {
        Tensor result = zeros_like(x, dtype: ScalarType.Bool);
        if (call.Attributes.GetBool("detect_positive", true))
            result = result.logical_or(x.isposinf());
        return call.Attributes.GetBool("detect_negative", true) ? result.logical_or(x.isneginf()) : result;
    }

    /// <summary>The training flag of the module decides, as in PyTorch; the node's own training_mode input says only how it was exported.</summary>
    private static Tensor[] Dropout(NodeCall call)
    {
        double ratio = call.Floats(1)?[0] ?? 0.5;
        Tensor x = call.Input(0);
        return [call.IsTraining ? functional.dropout(x, ratio, true, false) : x.alias(), ones_like(x, dtype: ScalarType.Bool)];
    }

    /// <summary>One kernel where the slope is the one that PyTorch knows, four otherwise.</summary>
    private static Tensor HardSigmoid(Tensor x, NodeCall call)
    {
        (float alpha, float beta) = (call.Attributes.GetFloat("alpha", 0.2f), call.Attributes.GetFloat("beta", 0.5f));
        return alpha == 1f / 6 && beta == 0.5f ? functional.hardsigmoid(x, false) : (x * alpha + beta).clamp(0, 1);
    }
}
