using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

/// <summary>Stacking and splitting by fixed axes, turning, and replacing parts by another tensor.</summary>
internal static class JoiningLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("row_stack", c => Join(c, 0, 2)),
        new("column_stack", ColumnStack),
        new("dstack", c => Join(c, 2, 3)),
        new("hsplit", c => SplitAt(c, c.Rank(0) == 1 ? 0 : 1)),
        new("vsplit", c => SplitAt(c, 0)),
        new("dsplit", c => SplitAt(c, 2)),
        new("adjoint", Adjoint),
        new("get_mH", Adjoint),
        new("rot90", Turn),
        new("broadcast_tensors", BroadcastAll),
        new("block_diag", BlockDiagonal),
        new("select_scatter", SelectScatter),
        new("slice_scatter", SliceScatter),
        new("index_add", c => ScatterAlong(c, c.OptionalTensor("source"), "add")),
        new("index_copy", c => ScatterAlong(c, c.OptionalTensor("source"), "none")),
        new("index_fill", c => ScatterAlong(c, null, "none")),
    ];

    /// <summary>Joins tensors that are first given ones as further axes.</summary>
    private static void Join(LoweringContext c, long axis, int rank)
    {
        Value[] values = c.Tensors(0);
        Value[] raised = [.. values.Select((value, i) => Raised(c, value, ((TraceValue)((object?[])c.Argument(0)!)[i]!).Shape.Length, rank))]; // tensors, as above
        c.Set(raised.Length == 1 ? raised[0] : c.Node("Concat", raised, ("axis", axis)));
    }

    /// <summary>As <c>atleast_2d</c> and <c>atleast_3d</c>: a vector is a row, and a row of a third axis.</summary>
    private static Value Raised(LoweringContext c, Value value, int rank, int wanted) => (rank, wanted) switch
    {
        _ when rank >= wanted => value,
        (0, 2) => c.Node("Unsqueeze", [value, c.Vector(0, 1)]),
        (1, 2) => c.Node("Unsqueeze", [value, c.Vector(0)]),
        (0, _) => c.Node("Unsqueeze", [value, c.Vector(0, 1, 2)]),
        (1, _) => c.Node("Unsqueeze", [value, c.Vector(0, 2)]),
        _ => c.Node("Unsqueeze", [value, c.Vector(2)]),
    };

    private static void ColumnStack(LoweringContext c)
    {
        Value[] columns = [.. c.Tensors(0).Select((value, i) => ((TraceValue)((object?[])c.Argument(0)!)[i]!).Shape.Length switch // tensors, as above
        {
            0 => c.Node("Unsqueeze", [value, c.Vector(0, 1)]),
            1 => c.Node("Unsqueeze", [value, c.Vector(1)]),
            _ => value,
        })];
        c.Set(columns.Length == 1 ? columns[0] : c.Node("Concat", columns, ("axis", 1L)));
    }

    private static void SplitAt(LoweringContext c, int axis)
    {
        int count = c.ResultCount;
        if (count == 1)
            c.Set(c.Tensor(0));
        else
            c.Set(c.Nodes("Split", [c.Tensor(0), c.SizeVector([.. Enumerable.Range(0, count).Select(i => c.Result(i).Sizes[axis])])], count, ("axis", (long)axis)));
    }

    private static void Adjoint(LoweringContext c) => c.Set(LinearAlgebraLowerings.SwapLastAxes(c, c.Tensor(0), c.Rank(0)));

    private static void Turn(LoweringContext c)
    {
        long[] dims = c.Ints("dims") ?? [0, 1];
        int rank = c.Rank(0);
        int first = LoweringContext.Axis(dims[0], rank);
        int second = LoweringContext.Axis(dims[1], rank);
        long[] order = [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        (order[first], order[second]) = (second, first);
        Value x = c.Tensor(0);
        c.Set((((c.Int("k", 1) % 4) + 4) % 4) switch
        {
            1 => c.Node("Transpose", [Reversed(c, x, second)], ("perm", order)),
            2 => Reversed(c, Reversed(c, x, first), second),
            3 => c.Node("Transpose", [Reversed(c, x, first)], ("perm", order)),
            _ => x,
        });
    }

    private static Value Reversed(LoweringContext c, Value x, long axis) =>
        c.Node("Slice", [x, c.Vector(-1), c.Vector(long.MinValue), c.Vector(axis), c.Vector(-1)]);

    private static void BroadcastAll(LoweringContext c)
    {
        Value[] values = c.Tensors(0);
        for (int i = 0; i < values.Length; i++)
            c.Set(c.Node("Expand", [values[i], c.ResultShape(i)]), i);
    }

    private static void BlockDiagonal(LoweringContext c)
    {
        Value[] values = c.Tensors(0);
        TraceValue[] traced = Array.ConvertAll((object?[])c.Argument(0)!, item => (TraceValue)item!); // tensors, as above
        long total = c.Result(0).Shape[1];
        long column = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Raised(c, values[i], traced[i].Shape.Length, 2);
            SizeExpression width = traced[i].Sizes is [.., { } last] ? last : SizeExpression.Constant(1);
            if (!width.IsConstant)
                throw LoweringContext.Unsupported("blocks of a dynamic number of columns");
            values[i] = c.Node("Pad", [values[i], c.Vector(0, column, 0, total - column - width.Offset), c.Scalar(0, c.ResultType())]);
            column += width.Offset;
        }

        c.Set(values.Length == 1 ? values[0] : c.Node("Concat", values, ("axis", 0L)));
    }

    private static void SelectScatter(LoweringContext c)
    {
        int axis = LoweringContext.Axis(c.Int("dim"), c.Rank(0));
        long index = c.Int("index");
        Value source = c.Node("Unsqueeze", [c.OptionalTensor("src"), c.Vector(axis)]);
        c.Set(Replace(c, source, axis, index, index == -1 ? null : index + 1));
    }

    private static void SliceScatter(LoweringContext c)
    {
        if (c.Int("step", 1) != 1)
            throw LoweringContext.Unsupported("a step other than 1");
        c.Set(Replace(c, c.OptionalTensor("src")!, LoweringContext.Axis(c.Int("dim"), c.Rank(0)), c.Int("start", 0), c.Has("end") ? c.Int("end") : null)); // a parameter
    }

    private static Value Replace(LoweringContext c, Value source, long axis, long start, long? end)
    {
        List<Value> parts = [source];
        if (start != 0)
            parts.Insert(0, c.Node("Slice", [c.Tensor(0), c.Vector(0), c.Vector(start), c.Vector(axis)]));
        if (end is { } stop)
            parts.Add(c.Node("Slice", [c.Tensor(0), c.Vector(stop), c.Vector(long.MaxValue), c.Vector(axis)]));
        return parts.Count == 1 ? source : c.Node("Concat", [.. parts], ("axis", axis));
    }

    /// <summary>Writes a source, or one number, to whole slices along an axis.</summary>
    private static void ScatterAlong(LoweringContext c, Value? source, string reduction)
    {
        int rank = c.Rank(0);
        int axis = LoweringContext.Axis(c.Int("dim"), rank);
        TraceValue traced = c.Find("index") as TraceValue ?? throw LoweringContext.Unsupported("an index that is no tensor");
        if (traced.Shape.Length != 1)
            throw LoweringContext.Unsupported("an index that is no vector");
        SizeExpression[] sizes = [.. c.Traced(0).Sizes];
        sizes[axis] = traced.Sizes[0];
        long[] others = [.. Enumerable.Range(0, rank).Where(i => i != axis).Select(i => (long)i)];
        Value column = others.Length == 0 ? c.OptionalTensor("index")! : c.Node("Unsqueeze", [c.OptionalTensor("index"), c.Vector(others)]); // found above
        Value places = c.Node("Expand", [column, c.SizeVector(sizes)]);
        DataType type = c.ResultType();
        source ??= c.Node("Expand", [c.Operand(c.Find("value"), type), c.SizeVector(sizes)]);
        if (c.Has("alpha") && c.Double("alpha") is double alpha and not 1)
            source = c.Node("Mul", [source, c.Scalar(alpha, type)]);
        c.Set(c.Node("ScatterElements", [c.Tensor(0), places, source], ("axis", (long)axis), ("reduction", reduction)));
    }
}
