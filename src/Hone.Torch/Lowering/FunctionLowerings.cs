using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Special functions of one or two operands that ONNX has no operator for.</summary>
internal static class FunctionLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("arcsinh", c => UnaryLowerings.Unary(c, "Asinh")),
        new("arccosh", c => UnaryLowerings.Unary(c, "Acosh")),
        new("arctanh", c => UnaryLowerings.Unary(c, "Atanh")),
        new("atan2", AngleOf),
        new("arctan2", AngleOf),
        new("hypot", Hypotenuse),
        new("sinc", Sinc),
        new("entr", Entropy),
        new("ndtr", NormalDistribution),
        new("xlogy", c => c.Set(ProductWithLog(c, c.Operand(1, c.ResultType())))),
        new("xlog1py", c => c.Set(ProductWithLog(c, c.Node("Add", [c.Operand(1, c.ResultType()), c.Scalar(1, c.ResultType())])))),
        new("logaddexp", c => LogOfSum(c, Math.E)),
        new("logaddexp2", c => LogOfSum(c, 2)),
        new("ldexp", c => c.Set(c.Node("Mul", [c.Operand(0, c.ResultType()), c.Node("Pow", [c.Scalar(2, c.ResultType()), c.Operand(1, c.ResultType())])]))),
        new("float_power", c => c.Set(c.Node("Pow", [c.Operand(0, DataType.Float64), c.Operand(1, DataType.Float64)]))),
        new("copysign", CopySign),
        new("heaviside", Heaviside),
        new("sgn", c => UnaryLowerings.Unary(c, "Sign")),
        new("signbit", c => c.Set(IsNegative(c, c.Tensor(0), c.TypeOf(0)))),
        new("isneginf", c => c.Set(c.Node("IsInf", [c.Tensor(0)], ("detect_positive", false)))),
        new("isposinf", c => c.Set(c.Node("IsInf", [c.Tensor(0)], ("detect_negative", false)))),
        new("isfinite", IsFinite),
        new("isclose", IsClose),
        new("char", c => c.Set(c.Cast(c.Tensor(0), c.ResultType()))),
        new("bitwise_left_shift", c => Shift(c, "LEFT")),
        new("bitwise_right_shift", c => Shift(c, "RIGHT")),
    ];

    private static void AngleOf(LoweringContext c)
    {
        DataType type = c.ResultType();
        (Value y, Value x) = (c.Operand(0, type), c.Operand(1, type));
        Value zero = c.Scalar(0, type);
        Value angle = c.Node("Atan", [c.Node("Div", [y, x])]);
        Value half = c.Node("Where", [c.Node("Less", [y, zero]), c.Scalar(-Math.PI, type), c.Scalar(Math.PI, type)]);
        Value turned = c.Node("Where", [c.Node("Less", [x, zero]), c.Node("Add", [angle, half]), angle]);
        // 0/0 has no angle; PyTorch says 0.
        Value isOrigin = c.Node("And", [c.Node("Equal", [x, zero]), c.Node("Equal", [y, zero])]);
        c.Set(c.Node("Where", [isOrigin, zero, turned]));
    }

    private static void Hypotenuse(LoweringContext c)
    {
        DataType type = c.ResultType();
        Value Square(int index) => c.Node("Mul", [c.Operand(index, type), c.Operand(index, type)]);
        c.Set(c.Node("Sqrt", [c.Node("Add", [Square(0), Square(1)])]));
    }

    private static void Sinc(LoweringContext c)
    {
        DataType type = c.ResultType();
        Value x = c.Node("Mul", [c.Operand(0, type), c.Scalar(Math.PI, type)]);
        Value isZero = c.Node("Equal", [x, c.Scalar(0, type)]);
        Value safe = c.Node("Where", [isZero, c.Scalar(1, type), x]);
        c.Set(c.Node("Where", [isZero, c.Scalar(1, type), c.Node("Div", [c.Node("Sin", [safe]), safe])]));
    }

    private static void Entropy(LoweringContext c)
    {
        DataType type = c.ResultType();
        Value x = c.Operand(0, type);
        Value zero = c.Scalar(0, type);
        Value positive = c.Node("Neg", [c.Node("Mul", [x, c.Node("Log", [c.Node("Where", [c.Node("Greater", [x, zero]), x, c.Scalar(1, type)])])])]);
        c.Set(c.Node("Where", [c.Node("Less", [x, zero]), c.Scalar(double.NegativeInfinity, type), positive]));
    }

    private static void NormalDistribution(LoweringContext c)
    {
        DataType type = c.ResultType();
        Value error = c.Node("Erf", [c.Node("Mul", [c.Operand(0, type), c.Scalar(Math.Sqrt(0.5), type)])]);
        c.Set(c.Node("Mul", [c.Node("Add", [error, c.Scalar(1, type)]), c.Scalar(0.5, type)]));
    }

    /// <summary>x·log(y), and 0 where x is 0.</summary>
    private static Value ProductWithLog(LoweringContext c, Value y)
    {
        DataType type = c.ResultType();
        Value x = c.Operand(0, type);
        Value isZero = c.Node("Equal", [x, c.Scalar(0, type)]);
        return c.Node("Where", [c.Node("And", [isZero, c.Node("Not", [c.Node("IsNaN", [y])])]), c.Scalar(0, type), c.Node("Mul", [x, c.Node("Log", [y])])]);
    }

    private static void LogOfSum(LoweringContext c, double @base)
    {
        DataType type = c.ResultType();
        Value left = c.Operand(0, type);
        Value right = c.Operand(1, type);
        // max + log(1 + exp(-|difference|)) does not overflow.
        Value distance = c.Node("Neg", [c.Node("Abs", [c.Node("Sub", [left, right])])]);
        Value scale = c.Scalar(Math.Log(@base), type);
        Value exponential = c.Node("Exp", [@base == Math.E ? distance : c.Node("Mul", [distance, scale])]);
        Value logarithm = c.Node("Log", [c.Node("Add", [exponential, c.Scalar(1, type)])]);
        c.Set(c.Node("Add", [c.Node("Max", [left, right]), @base == Math.E ? logarithm : c.Node("Div", [logarithm, scale])]));
    }

    private static Value IsNegative(LoweringContext c, Value x, DataType type)
    {
        Value zero = c.Scalar(0, type);
        Value isBelow = c.Node("Less", [x, zero]);
        // 1/-0 tells the sign of a zero.
        return type.IsFloatingPoint()
            ? c.Node("Or", [isBelow, c.Node("And", [c.Node("Equal", [x, zero]), c.Node("Less", [c.Node("Reciprocal", [x]), zero])])])
            : isBelow;
    }

    private static void CopySign(LoweringContext c)
    {
        DataType type = c.ResultType();
        Value magnitude = c.Node("Abs", [c.Operand(0, type)]);
        c.Set(c.Node("Where", [IsNegative(c, c.Operand(1, type), type), c.Node("Neg", [magnitude]), magnitude]));
    }

    private static void Heaviside(LoweringContext c)
    {
        DataType type = c.ResultType();
        Value x = c.Operand(0, type);
        Value zero = c.Scalar(0, type);
        Value step = c.Cast(c.Node("Greater", [x, zero]), type);
        c.Set(c.Node("Where", [c.Node("Equal", [x, zero]), c.Operand(1, type), step]));
    }

    private static void IsFinite(LoweringContext c) =>
        c.Set(c.Node("Not", [c.Node("Or", [c.Node("IsNaN", [c.Tensor(0)]), c.Node("IsInf", [c.Tensor(0)])])]));

    private static void IsClose(LoweringContext c)
    {
        if (c.Bool("nanEqual"))
            throw LoweringContext.Unsupported("equal NaNs");
        DataType type = c.CommonType(0, 1);
        (Value left, Value right) = (c.Operand(0, type), c.Operand(1, type));
        Value tolerance = c.Node("Add", [c.Scalar(c.Double("atol", 1e-8), type), c.Node("Mul", [c.Scalar(c.Double("rtol", 1e-5), type), c.Node("Abs", [right])])]);
        Value distance = c.Node("Abs", [c.Node("Sub", [left, right])]);
        // Equal infinities are close, and nothing else is close to them.
        Value isFinite = c.Node("Less", [distance, c.Scalar(double.PositiveInfinity, type)]);
        Value isNear = c.Node("And", [isFinite, c.Node("LessOrEqual", [distance, tolerance])]);
        c.Set(c.Node("Or", [c.Node("Equal", [left, right]), isNear]));
    }

    private static void Shift(LoweringContext c, string direction)
    {
        DataType type = c.ResultType();
        Value left = c.Operand(0, type);
        Value power = c.Cast(c.Node("Pow", [c.Scalar(2, DataType.Float64), c.Operand(1, DataType.Float64)]), type);
        if (direction == "LEFT")
        {
            c.Set(c.Node("Mul", [left, power]));
            return;
        }

        // An arithmetic shift rounds down; BitShift of ONNX knows no signed numbers. Mod has the sign of the divisor.
        Value rest = c.Node("Mod", [left, power], ("fmod", false));
        c.Set(c.Node("Div", [c.Node("Sub", [left, rest]), power]));
    }
}
