using static TorchSharp.torch;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Operators that put elements in places.</summary>
internal static class ScatterExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["GatherND"] = GatherNd,
        ["OneHot"] = OneHot,
        ["ScatterElements"] = ScatterElements,
        ["ScatterND"] = ScatterNd,
    };

    private static Tensor[] ScatterElements(NodeCall call)
    {
        Tensor x = call.Input(0);
        long axis = call.Attributes.GetInt("axis", 0);
        long size = x.shape[axis < 0 ? axis + x.dim() : axis];
        Tensor indices = NonNegative(call.Input(1), size);
        return [call.Attributes.GetString("reduction", "none") switch
        {
            "none" => x.scatter(axis, indices, call.Input(2)),
            "add" => x.scatter_add(axis, indices, call.Input(2)),
            string other => throw call.Error($"the reduction '{other}' cannot be executed on libtorch."),
        }];
    }

    private static Tensor[] GatherNd(NodeCall call)
    {
        if (call.Attributes.GetInt("batch_dims", 0) != 0)
            throw call.Error("batch dimensions cannot be executed on libtorch.");
        Tensor x = call.Input(0);
        Tensor indices = call.Input(1);
        (Tensor rows, long[] rest) = Rows(x, indices.shape[^1]);
        return [rows.index_select(0, Flat(indices, x.shape)).reshape([.. indices.shape[..^1], .. rest])];
    }

    private static Tensor[] ScatterNd(NodeCall call)
    {
        Tensor x = call.Input(0);
        Tensor indices = call.Input(1);
        (Tensor rows, long[] rest) = Rows(x, indices.shape[^1]);
        Tensor places = Flat(indices, x.shape).unsqueeze(1).expand(-1, rows.shape[1]);
        Tensor updates = call.Input(2).reshape([-1, rest.Aggregate(1L, (a, b) => a * b)]);
        Tensor result = call.Attributes.GetString("reduction", "none") switch
        {
            "none" => rows.scatter(0, places, updates),
            "add" => rows.scatter_add(0, places, updates),
            string other => throw call.Error($"the reduction '{other}' cannot be executed on libtorch."),
        };
        return [result.reshape(x.shape)];
    }

    private static Tensor[] OneHot(NodeCall call)
    {
        long depth = call.Integers(1)![0];
        Tensor values = call.Input(2);
        long axis = call.Attributes.GetInt("axis", -1);
        Tensor indices = NonNegative(call.Input(0), depth);
        Tensor isHot = indices.unsqueeze(-1).eq(arange(depth, ScalarType.Int64));
        Tensor hot = where(isHot, values[1], values[0]);
        return [axis == -1 || axis == hot.dim() - 1 ? hot : hot.movedim([hot.dim() - 1], [axis])];
    }

    /// <summary>The tensor as rows that the first axes count, and the shape of a row.</summary>
    private static (Tensor Table, long[] Row) Rows(Tensor x, long axes)
    {
        long[] rest = x.shape[(int)axes..];
        return (x.reshape([-1, rest.Aggregate(1L, (a, b) => a * b)]), rest);
    }

    /// <summary>Index tuples as numbers of rows.</summary>
    private static Tensor Flat(Tensor indices, long[] shape)
    {
        Tensor flat = zeros(indices.shape[..^1], ScalarType.Int64);
        for (int axis = 0; axis < indices.shape[^1]; axis++)
            flat = (flat * shape[axis]) + NonNegative(indices.select(-1, axis), shape[axis]);
        return flat.reshape(-1);
    }

    private static Tensor NonNegative(Tensor indices, long size)
    {
        Tensor wide = indices.to(ScalarType.Int64);
        return where(wide < 0, wide + size, wide);
    }
}
