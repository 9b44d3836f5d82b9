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
        new("full", c => c.Set(c.Node("Expand", [c.Operand(c.Find("value", "fill_value"), c.ResultType()), c.ResultShape()]))),
        new("zeros_like", c => Fill(c, 0)),
        new("ones_like", c => Fill(c, 1)),
        new("new_zeros", c => Fill(c, 0)),
        new("new_ones", c => Fill(c, 1)),
        new("full_like", c => c.Set(c.Node("Expand", [c.Operand(c.Find("value", "fill_value"), c.ResultType()), c.ResultShape()]))),
        new("new_full", c => c.Set(c.Node("Expand", [c.Operand(c.Find("value", "fill_value"), c.ResultType()), c.ResultShape()]))),
        new("arange", Range),
        new("linspace", LinSpace),
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

    private static void LinSpace(LoweringContext c)
    {
        double start = c.Double("start");
        double end = c.Double("end");
        long steps = c.Int("steps");
        double step = steps > 1 ? (end - start) / (steps - 1) : 0;
        float[] values = [.. Enumerable.Range(0, (int)steps).Select(i => (float)(start + (i * step)))];
        c.Set(c.Cast(c.Constant(Tensor.Create(values, steps)), c.ResultType()));
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
