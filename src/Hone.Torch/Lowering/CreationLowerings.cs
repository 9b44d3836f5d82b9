using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

/// <summary>Tensors made inside <c>forward</c>.</summary>
internal static class CreationLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("zeros", c => Fill(c, 0)),
        new("ones", c => Fill(c, 1)),
        new("empty", c => Fill(c, 0)), // any value will do
        new("empty_like", c => Fill(c, 0)),
        new("new_empty", c => Fill(c, 0)),
        new("full", c => c.Set(c.Node("Expand", [c.Operand(c.Find("value", "fill_value"), c.ResultType()), c.ResultShape()]))),
        new("zeros_like", c => Fill(c, 0)),
        new("ones_like", c => Fill(c, 1)),
        new("new_zeros", c => Fill(c, 0)),
        new("new_ones", c => Fill(c, 1)),
        new("full_like", c => c.Set(c.Node("Expand", [c.Operand(c.Find("value", "fill_value"), c.ResultType()), c.ResultShape()]))),
        new("new_full", c => c.Set(c.Node("Expand", [c.Operand(c.Find("value", "fill_value"), c.ResultType()), c.ResultShape()]))),
        new("arange", Range),
        new("linspace", LinSpace),
        new("logspace", c => Series(c, c.Int("steps"), i => Math.Pow(c.Double("base", 10), Fraction(c, i)))),
        new("hann_window", c => Window(c, angle => 0.5 - (0.5 * Math.Cos(angle)))),
        new("hamming_window", c => Window(c, angle => c.Double("alpha", 0.54) - (c.Double("beta", 0.46) * Math.Cos(angle)))),
        new("blackman_window", c => Window(c, angle => 0.42 - (0.5 * Math.Cos(angle)) + (0.08 * Math.Cos(2 * angle)))),
        new("bartlett_window", c => Window(c, angle => 1 - Math.Abs((angle / Math.PI) - 1))),
        new("tril_indices", c => Indices(c, (row, column) => column - row <= c.Int("offset", 0))),
        new("triu_indices", c => Indices(c, (row, column) => column - row >= c.Int("offset", 0))),
        new("eye", Eye),
        new("tensor", Literal),
        new("as_tensor", Literal),
        new("from_array", Literal),
        new("ToTensor", Literal),
        new("op_Implicit", Literal),
    ];

    private static void Fill(LoweringContext c, double value) => c.Set(c.Node("Expand", [c.Scalar(value, c.ResultType()), c.ResultShape()]));

    private static void Range(LoweringContext c)
    {
        DataType type = c.ResultType();
        // ONNX Range has no half precision, and PyTorch computes integers for integer bounds.
        DataType computed = type is DataType.Float16 or DataType.BFloat16 ? DataType.Float32 : type;
        Value start = c.Operand(c.Find("start") ?? 0L, computed);
        Value step = c.Operand(c.Find("step") ?? 1L, computed);
        Value stop = c.Operand(c.Find("stop", "end"), computed);
        c.Set(c.Cast(c.Node("Range", [start, stop, step]), type));
    }

    private static void LinSpace(LoweringContext c) => Series(c, c.Int("steps"), i => Fraction(c, i));

    private static double Fraction(LoweringContext c, long index)
    {
        long steps = c.Int("steps");
        double start = c.Double("start");
        return start + (index * (steps > 1 ? (c.Double("end") - start) / (steps - 1) : 0));
    }

    /// <summary>A window function of an angle that runs once around the circle.</summary>
    private static void Window(LoweringContext c, Func<double, double> function)
    {
        long length = c.Int("len");
        long period = c.Bool("periodic", defaultValue: true) ? length : length - 1;
        Series(c, length, i => period == 0 ? 1 : function(2 * Math.PI * i / period));
    }

    private static void Series(LoweringContext c, long count, Func<long, double> element)
    {
        double[] values = [.. Enumerable.Range(0, (int)count).Select(i => element(i))];
        c.Set(c.Cast(c.Constant(Tensor.Create(values, count)), c.ResultType()));
    }

    private static void Indices(LoweringContext c, Func<long, long, bool> isInside)
    {
        long columns = c.Int("col");
        (long Row, long Column)[] places = [.. Enumerable.Range(0, (int)(c.Int("row") * columns)).Select(i => (i / columns, i % columns)).Where(p => isInside(p.Item1, p.Item2))];
        long[] values = [.. places.Select(p => p.Row), .. places.Select(p => p.Column)];
        c.Set(c.Cast(c.Constant(Tensor.Create(values, 2, places.Length)), c.ResultType()));
    }

    private static void Eye(LoweringContext c)
    {
        Value ones = c.Node("Expand", [c.Scalar(1, c.ResultType()), c.ResultShape()]);
        c.Set(c.Node("EyeLike", [ones]));
    }

    /// <summary>Numbers that the code lists: they depend on nothing that is traced, so what the run saw is what they are.</summary>
    private static void Literal(LoweringContext c)
    {
        DataType type = c.ResultType();
        double[] values = [.. Numbers(c.Argument(0))];
        if (values.Length != c.Result(0).Shape.Aggregate(1L, (product, size) => product * size))
            throw LoweringContext.Unsupported("a literal of unknown form");
        Tensor tensor = Tensor.Create(values, c.Result(0).Shape);
        c.Set(c.Cast(c.Constant(tensor), type));
    }

    private static IEnumerable<double> Numbers(object? literal) => literal switch
    {
        double value => [value],
        long value => [value],
        bool value => [value ? 1 : 0],
        object?[] items => items.SelectMany(Numbers),
        SizeExpression => throw LoweringContext.Unsupported("a literal that follows a dynamic dimension; use torch.full"),
        _ => throw LoweringContext.Unsupported("a literal of unknown form"),
    };
}
