using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Functions of one operand, casts, and operations that change nothing at inference.</summary>
internal static class UnaryLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("abs", c => Unary(c, "Abs")),
        new("absolute", c => Unary(c, "Abs")),
        new("op_UnaryNegation", c => Unary(c, "Neg")),
        new("neg", c => Unary(c, "Neg")),
        new("negative", c => Unary(c, "Neg")),
        new("sign", c => Unary(c, "Sign")),
        new("sqrt", c => Unary(c, "Sqrt")),
        new("rsqrt", c => c.Set(c.Node("Reciprocal", [c.Node("Sqrt", [c.Operand(0, c.ResultType())])]))),
        new("reciprocal", c => Unary(c, "Reciprocal")),
        new("exp", c => Unary(c, "Exp")),
        new("expm1", c => c.Set(c.Node("Sub", [c.Node("Exp", [c.Operand(0, c.ResultType())]), c.Scalar(1, c.ResultType())]))),
        new("exp2", c => c.Set(c.Node("Pow", [c.Scalar(2, c.ResultType()), c.Operand(0, c.ResultType())]))),
        new("log", c => Unary(c, "Log")),
        new("log2", c => Logarithm(c, 2)),
        new("log10", c => Logarithm(c, 10)),
        new("log1p", c => c.Set(c.Node("Log", [c.Node("Add", [c.Operand(0, c.ResultType()), c.Scalar(1, c.ResultType())])]))),
        new("sin", c => Unary(c, "Sin")),
        new("cos", c => Unary(c, "Cos")),
        new("tan", c => Unary(c, "Tan")),
        new("asin", c => Unary(c, "Asin")),
        new("acos", c => Unary(c, "Acos")),
        new("atan", c => Unary(c, "Atan")),
        new("arcsin", c => Unary(c, "Asin")),
        new("arccos", c => Unary(c, "Acos")),
        new("arctan", c => Unary(c, "Atan")),
        new("sinh", c => Unary(c, "Sinh")),
        new("cosh", c => Unary(c, "Cosh")),
        new("asinh", c => Unary(c, "Asinh")),
        new("acosh", c => Unary(c, "Acosh")),
        new("atanh", c => Unary(c, "Atanh")),
        new("floor", c => Rounded(c, "Floor")),
        new("ceil", c => Rounded(c, "Ceil")),
        new("round", Round),
        new("trunc", c => c.Set(Truncate(c))),
        new("fix", c => c.Set(Truncate(c))),
        new("frac", c => c.Set(c.Node("Sub", [c.Tensor(0), Truncate(c)]))),
        new("erf", c => Unary(c, "Erf")),
        new("erfc", c => c.Set(c.Node("Sub", [c.Scalar(1, c.ResultType()), c.Node("Erf", [c.Tensor(0)])]))),
        new("square", c => c.Set(c.Node("Mul", [c.Tensor(0), c.Tensor(0)]))),
        new("logit", Logit),
        new("clamp", Clamp),
        new("clip", Clamp),
        new("clamp_min", c => c.Set(c.Node("Max", [c.Tensor(0), c.Operand(1, c.ResultType())]))),
        new("clamp_max", c => c.Set(c.Node("Min", [c.Tensor(0), c.Operand(1, c.ResultType())]))),
        new("nan_to_num", NanToNum),
        new("deg2rad", c => c.Set(c.Node("Mul", [c.Tensor(0), c.Scalar(Math.PI / 180, c.ResultType())]))),
        new("rad2deg", c => c.Set(c.Node("Mul", [c.Tensor(0), c.Scalar(180 / Math.PI, c.ResultType())]))),
        new("to", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("type", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("to_type", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("type_as", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("float", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("double", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("half", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("bfloat16", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("long", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("int", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("short", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("byte", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("bool", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("clone", Identity),
        new("contiguous", Identity),
        new("cpu", Identity),
        new("cuda", Identity),
        new("positive", Identity),
        new("copy", c => c.Set(c.Node("Expand", [c.Cast(c.Tensor(1), c.ResultType()), c.ResultShape()]))),
        new("fill", c => c.Set(c.Node("Expand", [c.Operand(1, c.ResultType()), c.ResultShape()]))),
        new("zero", c => c.Set(c.Node("Expand", [c.Scalar(0, c.ResultType()), c.ResultShape()]))),
        new("dropout", Dropout),
        new("dropout1d", Dropout),
        new("dropout2d", Dropout),
        new("dropout3d", Dropout),
        new("alpha_dropout", Dropout),
        new("feature_alpha_dropout", Dropout),
    ];

    public static void Unary(LoweringContext c, string operatorName) => c.Set(c.Node(operatorName, [c.Operand(0, c.ResultType())]));

    public static void Identity(LoweringContext c) => c.Set(c.Tensor(0));

    private static void Dropout(LoweringContext c)
    {
        if (c.Bool("training", defaultValue: true))
            throw LoweringContext.Unsupported("random at inference: pass the module's training flag");
        Identity(c);
    }

    private static void Logarithm(LoweringContext c, double @base)
    {
        DataType type = c.ResultType();
        c.Set(c.Node("Mul", [c.Node("Log", [c.Operand(0, type)]), c.Scalar(1 / Math.Log(@base), type)]));
    }

    private static void Round(LoweringContext c)
    {
        long decimals = c.Int("decimals", 0);
        DataType type = c.ResultType();
        if (decimals == 0)
        {
            Rounded(c, "Round");
            return;
        }

        Value power = c.Scalar(Math.Pow(10, decimals), type);
        c.Set(c.Node("Div", [c.Node("Round", [c.Node("Mul", [c.Tensor(0), power])]), power]));
    }

    /// <summary>Integers are whole already, and ONNX rounds floating point only.</summary>
    private static void Rounded(LoweringContext c, string operatorName)
    {
        if (c.ResultType().IsFloatingPoint())
            Unary(c, operatorName);
        else
            Identity(c);
    }

    private static Value Truncate(LoweringContext c) => c.ResultType().IsFloatingPoint()
        ? c.Node("Mul", [c.Node("Sign", [c.Tensor(0)]), c.Node("Floor", [c.Node("Abs", [c.Tensor(0)])])])
        : c.Tensor(0);

    private static void Logit(LoweringContext c)
    {
        DataType type = c.ResultType();
        Value x = c.Tensor(0);
        if (c.Has("eps"))
            x = c.Node("Clip", [x, c.Scalar(c.Double("eps"), type), c.Scalar(1 - c.Double("eps"), type)]);
        c.Set(c.Node("Log", [c.Node("Div", [x, c.Node("Sub", [c.Scalar(1, type), x])])]));
    }

    private static void Clamp(LoweringContext c)
    {
        DataType type = c.ResultType();
        Value x = c.Operand(0, type);
        if (c.Find("min") is { } minimum)
            x = c.Node("Max", [x, c.Operand(minimum, type)]);
        if (c.Find("max") is { } maximum)
            x = c.Node("Min", [x, c.Operand(maximum, type)]);
        c.Set(x);
    }

    private static void NanToNum(LoweringContext c)
    {
        DataType type = c.ResultType();
        if (c.Has("posinf") || c.Has("neginf"))
            throw LoweringContext.Unsupported("replacements for infinities");
        Value x = c.Tensor(0);
        Value finite = c.Node("Where", [c.Node("IsNaN", [x]), c.Scalar(c.Double("nan", 0), type), x]);
        double largest = type switch { DataType.Float64 => double.MaxValue, DataType.Float16 => (double)Half.MaxValue, _ => float.MaxValue };
        c.Set(c.Node("Clip", [finite, c.Scalar(-largest, type), c.Scalar(largest, type)]));
    }
}
