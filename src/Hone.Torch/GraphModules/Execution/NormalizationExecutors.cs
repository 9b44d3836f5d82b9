using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Normalizations.</summary>
internal static class NormalizationExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["BatchNormalization"] = call => BatchNormalization(call, call.IsTraining),
        ["GroupNormalization"] = call => [functional.group_norm(call.Input(0), call.Attributes.RequireInt("num_groups"), call.Input(1), call.Input(2), Epsilon(call))],
        ["InstanceNormalization"] = call => [functional.instance_norm(call.Input(0), null, null, call.Input(1), call.Input(2), true, 0.1, Epsilon(call))],
        ["LRN"] = call => [functional.local_response_norm(
            call.Input(0), call.Attributes.RequireInt("size"), call.Attributes.GetFloat("alpha", 1e-4f), call.Attributes.GetFloat("beta", 0.75f),
            call.Attributes.GetFloat("bias", 1))],
        ["LayerNormalization"] = LayerNormalization,
        ["RMSNormalization"] = RootMeanSquare,
    };

    /// <summary>With the batch's statistics the running ones, buffers of the module, are moved as PyTorch does.</summary>
    internal static Tensor[] BatchNormalization(NodeCall call, bool usesBatchStatistics)
    {
        // ONNX's momentum weighs the old value, PyTorch's the new one.
        double momentum = 1 - call.Attributes.GetFloat("momentum", 0.9f);
        return [functional.batch_norm(call.Input(0), call.Input(3), call.Input(4), call.Input(1), call.Input(2), usesBatchStatistics, momentum, Epsilon(call))];
    }

    private static Tensor[] LayerNormalization(NodeCall call)
    {
        Tensor x = call.Input(0);
        int axis = (int)call.Attributes.GetInt("axis", -1);
        long[] normalized = x.shape[(axis < 0 ? axis + (int)x.dim() : axis)..];
        return [functional.layer_norm(x, normalized, call.Input(1).expand(normalized), call.OptionalInput(2)?.expand(normalized), Epsilon(call))];
    }

    private static Tensor[] RootMeanSquare(NodeCall call)
    {
        Tensor x = call.Input(0);
        long axis = call.Attributes.GetInt("axis", -1);
        long[] axes = [.. Enumerable.Range(0, (int)x.dim()).Select(i => (long)i).Where(i => i >= (axis < 0 ? axis + x.dim() : axis))];
        return [x * ((x * x).mean(axes, true) + Epsilon(call)).rsqrt() * call.Input(1)];
    }

    private static double Epsilon(NodeCall call) => call.Attributes.GetFloat("epsilon", 1e-5f);
}
