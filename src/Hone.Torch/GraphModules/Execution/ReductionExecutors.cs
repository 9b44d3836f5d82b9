using static TorchSharp.torch;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Reductions along axes.</summary>
internal static class ReductionExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["ArgMax"] = call => [call.Input(0).argmax(call.Attributes.GetInt("axis", 0), call.Attributes.GetBool("keepdims", true))],
        ["ArgMin"] = call => [call.Input(0).argmin(call.Attributes.GetInt("axis", 0), call.Attributes.GetBool("keepdims", true))],
        ["CumSum"] = CumulativeSum,
        ["ReduceL1"] = Reduce((x, axes, keep) => x.abs().sum(axes, keep)),
        ["ReduceL2"] = Reduce((x, axes, keep) => (x * x).sum(axes, keep).sqrt()),
        ["ReduceLogSumExp"] = Reduce((x, axes, keep) => x.exp().sum(axes, keep).log()),
        ["ReduceMax"] = Reduce((x, axes, keep) => x.amax(axes, keep)),
        ["ReduceMean"] = Reduce((x, axes, keep) => x.mean(axes, keep)),
        ["ReduceMin"] = Reduce((x, axes, keep) => x.amin(axes, keep)),
        ["ReduceSum"] = Reduce((x, axes, keep) => x.sum(axes, keep)),
        ["ReduceSumSquare"] = Reduce((x, axes, keep) => (x * x).sum(axes, keep)),
    };

    private static NodeExecutor Reduce(Func<Tensor, long[], bool, Tensor> function) => call =>
    {
        Tensor x = call.Input(0);
        long[]? axes = call.Integers(1);
        if (axes is null or [])
        {
            if (call.Attributes.GetBool("noop_with_empty_axes"))
                return [x.alias()];
            axes = [.. Enumerable.Range(0, (int)x.dim()).Select(i => (long)i)];
        }

        return [function(x, axes, call.Attributes.GetBool("keepdims", true))];
    };

    private static Tensor[] CumulativeSum(NodeCall call)
    {
        if (call.Attributes.GetBool("exclusive") || call.Attributes.GetBool("reverse"))
            throw call.Error("exclusive and reverse sums cannot be executed on libtorch.");
        return [call.Input(0).cumsum(call.Integers(1)![0])];
    }
}
