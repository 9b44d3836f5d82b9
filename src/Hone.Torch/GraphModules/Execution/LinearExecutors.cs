using static TorchSharp.torch;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Matrix products.</summary>
internal static class LinearExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["Einsum"] = call => [einsum(call.Attributes.GetString("equation", ""), call.Inputs())],
        ["Gemm"] = Gemm,
        ["MatMul"] = call => [call.Input(0).matmul(call.Input(1))],
    };

    private static Tensor[] Gemm(NodeCall call)
    {
        float alpha = call.Attributes.GetFloat("alpha", 1);
        float beta = call.Attributes.GetFloat("beta", 1);
        Tensor a = call.Attributes.GetBool("transA") ? call.Input(0).t() : call.Input(0);
        Tensor? c = call.OptionalInput(2);
        // The common form is a linear layer, for which libtorch has one kernel.
        bool isLinear = call.Attributes.GetBool("transB") && alpha == 1 && beta == 1 && (c is null || c.dim() == 1);
        if (isLinear)
            return [nn.functional.linear(a, call.Input(1), c)];
        Tensor product = a.matmul(call.Attributes.GetBool("transB") ? call.Input(1).t() : call.Input(1));
        if (alpha != 1)
            product = product * alpha;
        return [c is null ? product : product + (beta == 1 ? c : c * beta)];
    }
}
