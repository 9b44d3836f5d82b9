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
        ["ReduceLogSum"] = Reduce((x, axes, keep) => x.sum(axes, keep).log()),
        ["ReduceLogSumExp"] = Reduce(LogSumExp),
        ["ReduceMax"] = Reduce((x, axes, keep) => x.amax(axes, keep)),
        ["ReduceMean"] = Reduce((x, axes, keep) => x.mean(axes, keep)),
        ["ReduceMin"] = Reduce((x, axes, keep) => x.amin(axes, keep)),
        ["ReduceProd"] = Reduce(Product),
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

    /// <summary>Shifted by the maximum, so that large numbers do not overflow.</summary>
    private static Tensor LogSumExp(Tensor x, long[] axes, bool keep)
    {
        Tensor maximum = x.detach().amax(axes, true);
        Tensor sum = (x - maximum).exp().sum(axes, keep).log();
        return sum + maximum.reshape(sum.shape);
    }

    private static Tensor Product(Tensor x, long[] axes, bool keep)
    {
        long rank = x.dim();
        return axes.Select(axis => axis < 0 ? axis + rank : axis).OrderDescending().Aggregate(x, (product, axis) => product.prod(axis, keep));
    }

    private static Tensor[] CumulativeSum(NodeCall call)
    {
        long axis = call.Integers(1)![0];
        bool isReverse = call.Attributes.GetBool("reverse");
        Tensor x = isReverse ? call.Input(0).flip(axis) : call.Input(0);
        Tensor sum = x.cumsum(axis);
        if (call.Attributes.GetBool("exclusive"))
            sum -= x;
        return [isReverse ? sum.flip(axis) : sum];
    }
}
