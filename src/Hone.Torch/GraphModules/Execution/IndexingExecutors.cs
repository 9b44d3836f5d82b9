using static TorchSharp.torch;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Operators that pick elements by indices.</summary>
internal static class IndexingExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["Gather"] = Gather,
        ["GatherElements"] = call => [call.Input(0).gather(call.Attributes.GetInt("axis", 0), NonNegative(call.Input(1), call.Input(0).shape[Axis(call)]))],
        ["TopK"] = TopK,
    };

    private static Tensor[] Gather(NodeCall call)
    {
        Tensor x = call.Input(0);
        int axis = Axis(call);
        Tensor indices = NonNegative(call.Input(1), x.shape[axis]);
        Tensor rows = x.index_select(axis, indices.reshape(-1));
        return [rows.reshape([.. x.shape[..axis], .. indices.shape, .. x.shape[(axis + 1)..]])];
    }

    private static Tensor[] TopK(NodeCall call)
    {
        (Tensor values, Tensor indices) = call.Input(0).topk(
            (int)call.Integers(1)![0],
            (int)call.Attributes.GetInt("axis", -1),
            call.Attributes.GetBool("largest", true),
            call.Attributes.GetBool("sorted", true));
        return [values, indices];
    }

    private static int Axis(NodeCall call)
    {
        long axis = call.Attributes.GetInt("axis", 0);
        return (int)(axis < 0 ? axis + call.Input(0).dim() : axis);
    }

    private static Tensor NonNegative(Tensor indices, long size)
    {
        Tensor wide = indices.to(ScalarType.Int64);
        return where(wide < 0, wide + size, wide);
    }
}
