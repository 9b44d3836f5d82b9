using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

/// <summary>Selection and replacement of elements by place.</summary>
internal static class IndexingLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("get_Item", c => c.Set(Read(c, c.Tensor(0), Indices(c, c.ArgumentCount)))),
        new("index", c => c.Set(Read(c, c.Tensor(0), Indices(c, c.ArgumentCount)))),
        new("set_Item", c => c.Set(Write(c, Indices(c, c.ArgumentCount - 1), c.ArgumentCount - 1))),
        new("select", c => c.Set(Pick(c, c.Tensor(0), c.Find("index"), LoweringContext.Axis(c.Int("dim"), c.Rank(0))))),
        new("narrow", Narrow),
        new("slice", c => c.Set(Slice(c, c.Tensor(0), LoweringContext.Axis(c.Int("dim"), c.Rank(0)), c.Find("start"), c.Find("finish"), c.Find("step")))),
        new("gather", c => c.Set(c.Node("GatherElements", [c.Tensor(0), c.OptionalTensor("index")], ("axis", c.Int("dim"))))),
        new("take_along_dim", c => c.Set(c.Node("GatherElements", [c.Tensor(0), c.OptionalTensor("indices")], ("axis", c.Int("dim"))))),
        new("index_select", c => c.Set(c.Node("Gather", [c.Tensor(0), c.OptionalTensor("index")], ("axis", c.Int("dim"))))),
        new("take", c => c.Set(c.Node("Gather", [c.Node("Reshape", [c.Tensor(0), c.Vector(-1)]), c.OptionalTensor("index")], ("axis", 0L)))),
        new("scatter", c => c.Set(c.Node("ScatterElements", [c.Tensor(0), c.OptionalTensor("index"), c.OptionalTensor("src")], ("axis", c.Int("dim"))))),
        new("scatter_add", c => c.Set(c.Node("ScatterElements", [c.Tensor(0), c.OptionalTensor("index"), c.OptionalTensor("src")], ("axis", c.Int("dim")), ("reduction", "add")))),
        new("one_hot", OneHot),
        new("tril", c => Triangle(c, upper: false)),
        new("triu", c => Triangle(c, upper: true)),
    ];

    private static IndexArgument[] Indices(LoweringContext c, int end)
    {
        List<IndexArgument> indices = [];
        for (int i = 1; i < end; i++)
        {
            foreach (object? item in c.Argument(i) as object?[] ?? [c.Argument(i)])
            {
                indices.Add(item switch
                {
                    IndexArgument index => index,
                    TraceValue tensor => new IndexArgument(IndexKind.Tensor, null, null, null, tensor),
                    long or SizeExpression => new IndexArgument(IndexKind.Single, item, null, null, null),
                    null => new IndexArgument(IndexKind.Slice, null, null, null, null),
                    _ => throw LoweringContext.Unsupported("an index of unknown kind"),
                });
            }
        }

        return [.. indices];
    }

    /// <summary>Replaces the ellipsis by full slices.</summary>
    private static List<IndexArgument> Complete(IndexArgument[] indices, int rank)
    {
        int consumed = indices.Count(index => index.Kind is IndexKind.Single or IndexKind.Slice or IndexKind.Tensor);
        IndexArgument[] all = [.. Enumerable.Repeat(new IndexArgument(IndexKind.Slice, null, null, null, null), rank - consumed)];
        int ellipsis = Array.FindIndex(indices, index => index.Kind == IndexKind.Ellipsis);
        return ellipsis < 0 ? [.. indices, .. all] : [.. indices[..ellipsis], .. all, .. indices[(ellipsis + 1)..]];
    }

    private static Value Read(LoweringContext c, Value x, IndexArgument[] indices)
    {
        if (indices.Count(index => index.Kind == IndexKind.Tensor) > 1)
            throw LoweringContext.Unsupported("more than one index tensor; use gather");
        int axis = 0;
        foreach (IndexArgument index in Complete(indices, c.Rank(0)))
        {
            switch (index.Kind)
            {
                case IndexKind.Single:
                    x = Pick(c, x, index.Start, axis);
                    break;
                case IndexKind.Slice:
                    x = Slice(c, x, axis++, index.Start, index.Stop, index.Step);
                    break;
                case IndexKind.None or IndexKind.Null:
                    x = c.Node("Unsqueeze", [x, c.Vector(axis++)]);
                    break;
                case IndexKind.Tensor when index.Tensor is { DataType: not TorchSharp.torch.ScalarType.Bool } tensor:
                    x = c.Node("Gather", [x, c.Operand(tensor, DataType.Int64)], ("axis", axis));
                    axis += tensor.Shape.Length;
                    break;
                default:
                    throw LoweringContext.Unsupported("an index mask, which gives a number of elements that depends on the data; use torch.where");
            }
        }

        return x;
    }

    private static Value Pick(LoweringContext c, Value x, object? index, int axis)
    {
        Value place = index switch
        {
            long value => c.Constant(Tensor.Scalar(value)),
            SizeExpression size => c.Node("Squeeze", [c.SizeValue(size), c.Vector(0)]),
            TraceValue value => c.Operand(value, DataType.Int64),
            _ => throw LoweringContext.Unsupported("an index that is no integer"),
        };
        return c.Node("Gather", [x, place], ("axis", axis));
    }

    private static Value Slice(LoweringContext c, Value x, int axis, object? start, object? stop, object? step)
    {
        if (start is null or 0L && stop is null && step is null or 1L)
            return x;
        return c.Node("Slice", [x, Bound(c, start, 0), Bound(c, stop, long.MaxValue), c.Vector(axis), Bound(c, step, 1)]);
    }

    private static Value Bound(LoweringContext c, object? bound, long defaultValue) => bound switch
    {
        null => c.Vector(defaultValue),
        long value => c.Vector(value),
        SizeExpression size => c.SizeValue(size),
        _ => throw LoweringContext.Unsupported("a slice whose bounds are no integers"),
    };

    private static void Narrow(LoweringContext c)
    {
        int axis = LoweringContext.Axis(c.Int("dim"), c.Rank(0));
        SizeExpression[] start = LoweringContext.SizesOf(c.Find("start")) ?? throw LoweringContext.Unsupported("a start that is no integer");
        SizeExpression[] length = LoweringContext.SizesOf(c.Find("length")) ?? throw LoweringContext.Unsupported("a length that is no integer");
        Value first = c.SizeVector(start);
        Value end = start[0].IsConstant && length[0].IsConstant ? c.Vector(start[0].Offset + length[0].Offset) : c.Node("Add", [first, c.SizeVector(length)]);
        c.Set(c.Node("Slice", [c.Tensor(0), first, end, c.Vector(axis)]));
    }

    /// <summary>Assignment to a box: cuts along each indexed axis, replaces the middle, joins again.</summary>
    private static Value Write(LoweringContext c, IndexArgument[] indices, int valueIndex)
    {
        if (indices is [{ Kind: IndexKind.Tensor, Tensor: { DataType: TorchSharp.torch.ScalarType.Bool } mask }])
            return WriteMasked(c, mask, valueIndex);
        List<(int Axis, IndexArgument Index)> places = [];
        foreach ((int axis, IndexArgument index) in Complete(indices, c.Rank(0)).Index())
        {
            if (index.Kind is not (IndexKind.Single or IndexKind.Slice) || index.Step is not (null or 1L))
                throw LoweringContext.Unsupported("assignment other than to single indices and slices of step 1");
            if (index.Kind == IndexKind.Single || index.Start is not (null or 0L) || index.Stop is not null)
                places.Add((axis, index));
        }

        return Replace(c, c.Tensor(0), places, 0, c.Operand(valueIndex, c.ResultType()), [.. places.Where(p => p.Index.Kind == IndexKind.Single).Select(p => (long)p.Axis)]);
    }

    /// <summary>Assignment of one number to the places of a mask.</summary>
    private static Value WriteMasked(LoweringContext c, TraceValue mask, int valueIndex)
    {
        if (c.Argument(valueIndex) is TraceValue { Shape.Length: > 0 })
            throw LoweringContext.Unsupported("assignment of several values to a mask; use torch.where");
        Value places = c.Operand(mask, DataType.Bool);
        if (mask.Shape.Length < c.Rank(0))
            places = c.Node("Unsqueeze", [places, c.Vector([.. Enumerable.Range(mask.Shape.Length, c.Rank(0) - mask.Shape.Length).Select(i => (long)i)])]);
        return c.Node("Where", [places, c.Operand(valueIndex, c.ResultType()), c.Tensor(0)]);
    }

    private static Value Replace(LoweringContext c, Value x, List<(int Axis, IndexArgument Index)> places, int depth, Value value, long[] singles)
    {
        if (depth == places.Count)
        {
            // The value broadcasts against the box without the single axes.
            Value box = singles.Length == 0 ? x : c.Node("Squeeze", [x, c.Vector(singles)]);
            Value expanded = c.Node("Expand", [value, c.Node("Shape", [box])]);
            return singles.Length == 0 ? expanded : c.Node("Unsqueeze", [expanded, c.Vector(singles)]);
        }

        (int axis, IndexArgument index) = places[depth];
        (object? start, object? stop) = index.Kind == IndexKind.Single
            ? (index.Start, index.Start is long at ? (at == -1 ? null : at + 1) : throw LoweringContext.Unsupported("assignment to a dynamic index"))
            : (index.Start, index.Stop);
        Value middle = Replace(c, Slice(c, x, axis, start, stop, null), places, depth + 1, value, singles);
        List<Value> parts = [middle];
        if (start is not (null or 0L))
            parts.Insert(0, Slice(c, x, axis, null, start, null));
        if (stop is not null)
            parts.Add(Slice(c, x, axis, stop, null, null));
        return parts.Count == 1 ? middle : c.Node("Concat", [.. parts], ("axis", axis));
    }

    private static void OneHot(LoweringContext c)
    {
        long classes = c.Int("num_classes", -1);
        if (classes < 0)
            throw LoweringContext.Unsupported("one_hot without num_classes, whose width depends on the data");
        Value values = c.Constant(Tensor.Vector(0L, 1L));
        c.Set(c.Node("OneHot", [c.Tensor(0), c.Constant(Tensor.Scalar(classes)), values], ("axis", -1L)));
    }

    private static void Triangle(LoweringContext c, bool upper)
    {
        Value diagonal = c.Constant(Tensor.Scalar(c.Int("diagonal", 0)));
        c.Set(c.Node("Trilu", [c.Tensor(0), diagonal], ("upper", upper)));
    }
}
