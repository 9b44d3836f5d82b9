using static TorchSharp.torch;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Functions of two or more tensors with broadcasting.</summary>
internal static class ArithmeticExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["Add"] = Binary((a, b) => a + b),
        ["And"] = Binary((a, b) => a.logical_and(b)),
        ["Div"] = Binary(Divide),
        ["Equal"] = Binary((a, b) => a.eq(b)),
        ["Greater"] = Binary((a, b) => a.gt(b)),
        ["GreaterOrEqual"] = Binary((a, b) => a.ge(b)),
        ["Less"] = Binary((a, b) => a.lt(b)),
        ["LessOrEqual"] = Binary((a, b) => a.le(b)),
        ["Max"] = Variadic((a, b) => maximum(a, b)),
        ["Mean"] = call => [call.Inputs().Aggregate((a, b) => a + b) / call.InputCount],
        ["Min"] = Variadic((a, b) => minimum(a, b)),
        ["Mod"] = call => [call.Attributes.GetBool("fmod") ? call.Input(0).fmod(call.Input(1)) : call.Input(0).remainder(call.Input(1))],
        ["Mul"] = Binary((a, b) => a * b),
        ["Or"] = Binary((a, b) => a.logical_or(b)),
        ["PRelu"] = Binary((x, slope) => where(x < 0, x * slope, x)),
        ["Pow"] = Binary((a, b) => a.pow(b)),
        ["Sub"] = Binary((a, b) => a - b),
        ["Sum"] = Variadic((a, b) => a + b),
        ["Where"] = call => [where(call.Input(0), call.Input(1), call.Input(2))],
        ["Xor"] = Binary((a, b) => a.logical_xor(b)),
    };

    private static NodeExecutor Binary(Func<Tensor, Tensor, Tensor> function) => call => [function(call.Input(0), call.Input(1))];

    private static NodeExecutor Variadic(Func<Tensor, Tensor, Tensor> function) =>
        call => [call.InputCount == 1 ? call.Input(0).alias() : call.Inputs().Aggregate(function)];

    /// <summary>ONNX divides integers towards zero.</summary>
    private static Tensor Divide(Tensor a, Tensor b) => is_floating_point(a) ? a / b : a.div(b, RoundingMode.trunc);
}
