using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Order statistics, running products, differences and places in sorted tensors.</summary>
internal static class StatisticsLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("aminmax", MinimumAndMaximum),
        new("nansum", c => c.Set(c.Node("ReduceSum", [WithoutNaN(c)], ("keepdims", false)))),
        new("median", Median),
        new("kthvalue", KthValue),
        new("msort", c => c.Set(Sorted(c, c.Tensor(0), 0)[0]!)), // TopK gives both
        new("cumprod", c => c.Set(c.Node("CumProd", [c.Cast(c.Tensor(0), c.ResultType()), c.Constant(Tensor.Scalar(c.Int("dim")))]))),
        new("logcumsumexp", LogCumulativeSum),
        new("diff", Difference),
        new("trapezoid", Trapezoid),
        new("trapz", Trapezoid),
        new("bucketize", c => c.Set(Places(c, c.Tensor(0), c.Rank(0), c.OptionalTensor("boundaries")!))), // a parameter
        new("searchsorted", SearchSorted),
        new("isin", IsIn),
        new("renorm", Renormalize),
    ];

    private static (Value Axes, bool KeepDims)? Axis(LoweringContext c) => c.Has("dim") ? (c.Vector(c.Int("dim")), c.Bool("keepdim")) : null;

    private static Value Reduce(LoweringContext c, string operatorName, Value x) =>
        c.Node(operatorName, Axis(c) is { } axis ? [x, axis.Axes] : [x], ("keepdims", Axis(c)?.KeepDims ?? false));

    private static void MinimumAndMaximum(LoweringContext c) => c.Set([Reduce(c, "ReduceMin", c.Tensor(0)), Reduce(c, "ReduceMax", c.Tensor(0))]);

    private static Value WithoutNaN(LoweringContext c)
    {
        Value x = c.Cast(c.Tensor(0), c.ResultType());
        return c.Node("Where", [c.Node("IsNaN", [x]), c.Scalar(0, c.ResultType()), x]);
    }

    private static IReadOnlyList<Value?> Sorted(LoweringContext c, Value x, int axis) =>
        c.Nodes("TopK", [x, c.SizeVector([c.Traced(0).Sizes[axis]])], 2, ("axis", (long)axis), ("largest", false), ("sorted", true));

    private static void Median(LoweringContext c)
    {
        // The lower one of two in the middle.
        Value flat = c.Node("Reshape", [c.Tensor(0), c.Vector(-1)]);
        Value count = c.Node("Size", [flat]);
        Value middle = c.Node("Div", [c.Node("Add", [count, c.Constant(Tensor.Scalar(1L))]), c.Constant(Tensor.Scalar(2L))]);
        IReadOnlyList<Value?> smallest = c.Nodes("TopK", [flat, c.Node("Unsqueeze", [middle, c.Vector(0)])], 2, ("axis", 0L), ("largest", false), ("sorted", true));
        c.Set(c.Node("Gather", [smallest[0], c.Constant(Tensor.Scalar(-1L))], ("axis", 0L)));
    }

    private static void KthValue(LoweringContext c)
    {
        long axis = c.Int("dim", -1);
        IReadOnlyList<Value?> smallest = c.Nodes("TopK", [c.Tensor(0), c.Vector(c.Int("k"))], 2, ("axis", axis), ("largest", false), ("sorted", true));
        Value last = c.Bool("keepdim") ? c.Vector(-1) : c.Constant(Tensor.Scalar(-1L));
        c.Set([.. smallest.Select(values => c.Node("Gather", [values, last], ("axis", axis)))]);
    }

    private static void LogCumulativeSum(LoweringContext c)
    {
        long dim = c.Int("dim");
        Value maximum = c.Node("ReduceMax", [c.Tensor(0), c.Vector(dim)], ("keepdims", true));
        Value sums = c.Node("CumSum", [c.Node("Exp", [c.Node("Sub", [c.Tensor(0), maximum])]), c.Constant(Tensor.Scalar(dim))]);
        c.Set(c.Node("Add", [c.Node("Log", [sums]), maximum]));
    }

    private static (Value From, Value To) Neighbours(LoweringContext c, Value x, long axis) =>
        (c.Node("Slice", [x, c.Vector(0), c.Vector(-1), c.Vector(axis)]), c.Node("Slice", [x, c.Vector(1), c.Vector(long.MaxValue), c.Vector(axis)]));

    private static void Difference(LoweringContext c)
    {
        long axis = c.Int("dim", -1);
        Value?[] parts = [c.OptionalTensor("prepend"), c.Tensor(0), c.OptionalTensor("append")];
        Value x = parts.Count(p => p is not null) == 1 ? c.Tensor(0) : c.Node("Concat", [.. parts.Where(p => p is not null)], ("axis", axis));
        for (long i = c.Int("n", 1); i > 0; i--)
        {
            (Value from, Value to) = Neighbours(c, x, axis);
            x = c.ResultType() == DataType.Bool ? c.Node("Xor", [to, from]) : c.Node("Sub", [to, from]);
        }

        c.Set(x);
    }

    private static void Trapezoid(LoweringContext c)
    {
        DataType type = c.ResultType();
        long axis = c.Int("dim", -1);
        (Value from, Value to) = Neighbours(c, c.Tensor(0), axis);
        Value heights = c.Node("Mul", [c.Node("Add", [from, to]), c.Scalar(0.5, type)]);
        Value width = c.Scalar(1, type);
        if (c.OptionalTensor("x") is { } x)
        {
            (Value left, Value right) = Neighbours(c, x, axis);
            width = c.Node("Sub", [right, left]);
        }
        else
        {
            width = c.Scalar(c.Double("dx", 1), type);
        }

        c.Set(c.Node("ReduceSum", [c.Node("Mul", [heights, width]), c.Vector(axis)], ("keepdims", false)));
    }

    private static void SearchSorted(LoweringContext c)
    {
        if (c.Rank(0) != 1 || c.OptionalTensor("sorter") is not null)
            throw LoweringContext.Unsupported("other than one sorted vector");
        c.Set(Places(c, c.Tensor(1), c.Rank(1), c.Tensor(0)));
    }

    /// <summary>How many boundaries lie below each value, or do not lie above it.</summary>
    private static Value Places(LoweringContext c, Value values, int rank, Value boundaries)
    {
        Value columns = c.Node("Unsqueeze", [values, c.Vector(rank)]);
        Value isBelow = c.Bool("right") ? c.Node("LessOrEqual", [boundaries, columns]) : c.Node("Less", [boundaries, columns]);
        return c.Node("ReduceSum", [c.Cast(isBelow, c.ResultType()), c.Vector(-1)], ("keepdims", false));
    }

    private static void IsIn(LoweringContext c)
    {
        DataType type = c.CommonType(0, 1);
        Value values = c.Node("Unsqueeze", [c.Operand(0, type), c.Vector(c.Rank(0))]);
        Value elements = c.Node("Reshape", [c.Operand(1, type), c.Vector(-1)]);
        Value matches = c.Cast(c.Node("Equal", [values, elements]), DataType.Int32);
        Value found = c.Cast(c.Node("ReduceMax", [matches, c.Vector(-1)], ("keepdims", false)), DataType.Bool);
        c.Set(c.Bool("invert") ? c.Node("Not", [found]) : found);
    }

    private static void Renormalize(LoweringContext c)
    {
        DataType type = c.ResultType();
        int kept = LoweringContext.Axis(c.Int("dim"), c.Rank(0));
        long[] others = [.. Enumerable.Range(0, c.Rank(0)).Where(axis => axis != kept).Select(axis => (long)axis)];
        Value norm = ReductionLowerings.Norm(c, c.Tensor(0), c.Double("p"), others, keepDims: true);
        Value limit = c.Scalar(c.Double("maxnorm"), type);
        // PyTorch adds 1e-7 to the norm that it divides by.
        Value factor = c.Node("Div", [limit, c.Node("Add", [norm, c.Scalar(1e-7, type)])]);
        c.Set(c.Node("Mul", [c.Tensor(0), c.Node("Where", [c.Node("Greater", [norm, limit]), factor, c.Scalar(1, type)])]));
    }
}
