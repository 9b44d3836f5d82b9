using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

/// <summary>Reductions, extremes with their places, sorting and running sums.</summary>
internal static class ReductionLowerings
{
    private static readonly string[] s_axisNames = ["dim0", "dim1", "dim2"];

    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("sum", c => Reduce(c, "ReduceSum")),
        new("mean", c => Reduce(c, "ReduceMean")),
        new("prod", c => Reduce(c, "ReduceProd")),
        new("amax", c => Reduce(c, "ReduceMax")),
        new("amin", c => Reduce(c, "ReduceMin")),
        new("logsumexp", c => Reduce(c, "ReduceLogSumExp")),
        new("max", c => Extreme(c, "Max", "ReduceMax", "ArgMax")),
        new("min", c => Extreme(c, "Min", "ReduceMin", "ArgMin")),
        new("argmax", c => Place(c, "ArgMax")),
        new("argmin", c => Place(c, "ArgMin")),
        new("all", c => c.Set(Quantify(c, "ReduceMin"))),
        new("any", c => c.Set(Quantify(c, "ReduceMax"))),
        new("var", c => c.Set(Variance(c))),
        new("std", c => c.Set(c.Node("Sqrt", [Variance(c)]))),
        new("var_mean", c => VarianceAndMean(c, root: false)),
        new("std_mean", c => VarianceAndMean(c, root: true)),
        new("norm", Norm),
        new("vector_norm", c => c.Set(Norm(c, c.Tensor(0), c.Double("ord", 2), Axes(c), KeepDims(c)))),
        new("matrix_norm", MatrixNorm),
        new("cumsum", c => c.Set(c.Node("CumSum", [c.Cast(c.Tensor(0), c.ResultType()), c.Constant(Tensor.Scalar(c.Int("dim")))]))),
        new("topk", TopK),
        new("sort", Sort),
        new("argsort", c => c.Set(SortAll(c, c.Bool("descending"))[1]!)), // TopK gives both
        new("count_nonzero", CountNonZero),
        new("dist", c => c.Set(Norm(c, c.Node("Sub", [c.Tensor(0), c.Tensor(1)]), c.Double("p", 2), null, keepDims: false))),
    ];

    /// <summary>A vector norm over axes, or over all where they are null.</summary>
    public static Value Norm(LoweringContext c, Value x, double p, long[]? axes, bool keepDims)
    {
        Value?[] inputs = axes is { Length: > 0 } ? [x, c.Vector(axes)] : [x];
        if (p is 1 or 2)
            return c.Node(p == 1 ? "ReduceL1" : "ReduceL2", inputs, ("keepdims", keepDims));
        inputs[0] = c.Node("Abs", [x]);
        if (p == 0)
        {
            inputs[0] = c.Cast(c.Cast(x, DataType.Bool), x.DataType);
            return c.Node("ReduceSum", inputs, ("keepdims", keepDims));
        }

        if (double.IsInfinity(p))
            return c.Node(p > 0 ? "ReduceMax" : "ReduceMin", inputs, ("keepdims", keepDims));
        inputs[0] = c.Node("Pow", [inputs[0], c.Scalar(p, x.DataType)]);
        return c.Node("Pow", [c.Node("ReduceSum", inputs, ("keepdims", keepDims)), c.Scalar(1 / p, x.DataType)]);
    }

    private static void Norm(LoweringContext c)
    {
        bool isOfMatrix = c.Has("ord") && (Axes(c)?.Length ?? c.Rank(0)) == 2;
        if (isOfMatrix)
            MatrixNorm(c);
        else
            c.Set(Norm(c, c.Tensor(0), c.Double(["p", "ord"], 2), Axes(c), KeepDims(c)));
    }

    private static void MatrixNorm(LoweringContext c)
    {
        if (c.Text("ord") is not "fro")
            throw LoweringContext.Unsupported("a norm of matrices other than Frobenius");
        c.Set(Norm(c, c.Tensor(0), 2, Axes(c) ?? [-2, -1], KeepDims(c)));
    }

    private static long[]? Axes(LoweringContext c)
    {
        if (c.Has("dim0"))
            return [.. s_axisNames.Where(name => c.Has(name)).Select(name => c.Int(name))];
        return c.Ints("dim", "dims", "dimensions", "dimension");
    }

    private static bool KeepDims(LoweringContext c) => c.Bool("keepdim") || c.Bool("keep_dim");

    private static void Reduce(LoweringContext c, string operatorName) =>
        c.Set(Reduced(c, c.Cast(c.Tensor(0), c.ResultType()), operatorName, KeepDims(c)));

    private static Value Reduced(LoweringContext c, Value x, string operatorName, bool keepDims)
    {
        if (x.Shape?.Rank == 0)
            return x;
        return c.Node(operatorName, Axes(c) is { Length: > 0 } axes ? [x, c.Vector(axes)] : [x], ("keepdims", keepDims));
    }

    private static void Extreme(LoweringContext c, string elementwise, string reduction, string place)
    {
        if (c.ArgumentCount > 1 && c.Argument(1) is TraceValue)
        {
            ArithmeticLowerings.Binary(c, elementwise);
            return;
        }

        c.Set(Reduced(c, c.Tensor(0), reduction, KeepDims(c)));
        if (c.ResultCount > 1)
            c.Set(c.Node(place, [c.Tensor(0)], ("axis", c.Int("dim")), ("keepdims", KeepDims(c))), 1);
    }

    private static void Place(LoweringContext c, string operatorName)
    {
        if (c.Has("dim"))
            c.Set(c.Node(operatorName, [c.Tensor(0)], ("axis", c.Int("dim")), ("keepdims", KeepDims(c))));
        else
            c.Set(c.Node(operatorName, [c.Node("Reshape", [c.Tensor(0), c.Vector(-1)])], ("axis", 0L), ("keepdims", false)));
    }

    private static Value Quantify(LoweringContext c, string reduction)
    {
        Value truth = c.Cast(c.Cast(c.Tensor(0), DataType.Bool), DataType.Int32);
        return c.Cast(Reduced(c, truth, reduction, KeepDims(c)), c.ResultType());
    }

    private static Value Variance(LoweringContext c)
    {
        Value x = c.Tensor(0);
        bool isUnbiased = c.Bool("unbiased", defaultValue: true);
        Value centred = c.Node("Sub", [x, Reduced(c, x, "ReduceMean", keepDims: true)]);
        Value squared = c.Node("Mul", [centred, centred]);
        Value mean = Reduced(c, squared, "ReduceMean", KeepDims(c));
        if (!isUnbiased)
            return mean;
        long[] axes = Axes(c) is { Length: > 0 } given ? given : [.. Enumerable.Range(0, c.Rank(0)).Select(i => (long)i)];
        DataType type = c.ResultType();
        SizeExpression[] sizes = [.. axes.Select(axis => c.Traced(0).Sizes[LoweringContext.Axis(axis, c.Rank(0))])];
        if (sizes.All(size => size.IsConstant))
        {
            long fixedCount = sizes.Aggregate(1L, (product, size) => product * size.Offset);
            return c.Node("Mul", [mean, c.Scalar((double)fixedCount / (fixedCount - 1), type)]);
        }

        Value count = c.Cast(c.Node("ReduceProd", [c.SizeVector(sizes)], ("keepdims", false)), type);
        return c.Node("Mul", [mean, c.Node("Div", [count, c.Node("Sub", [count, c.Scalar(1, type)])])]);
    }

    private static void VarianceAndMean(LoweringContext c, bool root)
    {
        Value variance = Variance(c);
        c.Set([root ? c.Node("Sqrt", [variance]) : variance, Reduced(c, c.Tensor(0), "ReduceMean", KeepDims(c))]);
    }

    private static void TopK(LoweringContext c) =>
        c.Set(c.Nodes("TopK", [c.Tensor(0), c.Sizes("k")], 2,
            ("axis", c.Int("dim", -1)), ("largest", c.Bool("largest", defaultValue: true)), ("sorted", c.Bool("sorted", defaultValue: true))));

    private static void Sort(LoweringContext c) => c.Set(SortAll(c, c.Bool("descending")));

    private static IReadOnlyList<Value?> SortAll(LoweringContext c, bool descending)
    {
        int axis = LoweringContext.Axis(c.Int("dim", -1), c.Rank(0));
        Value all = c.SizeVector([c.Traced(0).Sizes[axis]]);
        return c.Nodes("TopK", [c.Tensor(0), all], 2, ("axis", axis), ("largest", descending), ("sorted", true));
    }

    private static void CountNonZero(LoweringContext c)
    {
        Value truth = c.Cast(c.Cast(c.Tensor(0), DataType.Bool), DataType.Int64);
        c.Set(Reduced(c, truth, "ReduceSum", keepDims: false));
    }
}
