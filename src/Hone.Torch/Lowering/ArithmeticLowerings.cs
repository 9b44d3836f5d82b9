using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Arithmetic of two operands with PyTorch's type promotion.</summary>
internal static class ArithmeticLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("op_Addition", c => AddScaled(c, "Add")),
        new("op_Subtraction", c => AddScaled(c, "Sub")),
        new("op_Multiply", c => Binary(c, "Mul")),
        new("op_Division", Divide),
        new("op_Modulus", c => Remainder(c, fmod: false)),
        new("add", c => AddScaled(c, "Add")),
        new("sub", c => AddScaled(c, "Sub")),
        new("subtract", c => AddScaled(c, "Sub")),
        new("mul", c => Binary(c, "Mul")),
        new("multiply", c => Binary(c, "Mul")),
        new("div", Divide),
        new("divide", Divide),
        new("true_divide", Divide),
        new("floor_divide", c => c.Set(RoundedQuotient(c, "floor"))),
        new("remainder", c => Remainder(c, fmod: false)),
        new("fmod", c => Remainder(c, fmod: true)),
        new("pow", Power),
        new("maximum", c => Binary(c, "Max")),
        new("minimum", c => Binary(c, "Min")),
        new("fmax", c => Binary(c, "Max")),
        new("fmin", c => Binary(c, "Min")),
        new("lerp", c => c.Set(c.Node("Add", [c.Tensor(0), c.Node("Mul", [c.Operand(2, c.ResultType()), c.Node("Sub", [c.Tensor(1), c.Tensor(0)])])]))),
        new("addcmul", c => MultiplyAdd(c, "Mul")),
        new("addcdiv", c => MultiplyAdd(c, "Div")),
    ];

    public static void Binary(LoweringContext c, string operatorName)
    {
        DataType type = c.ResultType();
        if (type == DataType.Bool && (operatorName is "Mul" or "Add"))
            c.Set(c.Node(operatorName == "Mul" ? "And" : "Or", [c.Operand(0, type), c.Operand(1, type)]));
        else
            c.Set(c.Node(operatorName, [c.Operand(0, type), c.Operand(1, type)]));
    }

    private static void AddScaled(LoweringContext c, string operatorName)
    {
        DataType type = c.ResultType();
        if (!c.Has("alpha"))
        {
            Binary(c, operatorName);
            return;
        }

        Value scaled = c.Node("Mul", [c.Operand(1, type), c.Scalar(c.Double("alpha"), type)]);
        c.Set(c.Node(operatorName, [c.Operand(0, type), scaled]));
    }

    private static void Divide(LoweringContext c)
    {
        string rounding = c.Text("rounding_mode") ?? "None";
        if (rounding is not ("None" or "0"))
            c.Set(RoundedQuotient(c, rounding));
        else
            Binary(c, "Div");
    }

    private static Value RoundedQuotient(LoweringContext c, string rounding)
    {
        DataType type = c.ResultType();
        // Integers are divided as float64, in which every quotient of 32-bit ones is exact enough to be rounded.
        DataType computed = type.IsFloatingPoint() ? type : DataType.Float64;
        Value quotient = c.Node("Div", [c.Operand(0, computed), c.Operand(1, computed)]);
        Value rounded = rounding == "floor"
            ? c.Node("Floor", [quotient])
            : c.Node("Mul", [c.Node("Sign", [quotient]), c.Node("Floor", [c.Node("Abs", [quotient])])]);
        return c.Cast(rounded, type);
    }

    private static void Remainder(LoweringContext c, bool fmod)
    {
        DataType type = c.ResultType();
        Value left = c.Operand(0, type);
        Value right = c.Operand(1, type);
        if (fmod || !type.IsFloatingPoint())
        {
            c.Set(c.Node("Mod", [left, right], ("fmod", fmod)));
            return;
        }

        // The sign of the divisor, which Mod gives for integers only.
        c.Set(c.Node("Sub", [left, c.Node("Mul", [c.Node("Floor", [c.Node("Div", [left, right])]), right])]));
    }

    private static void Power(LoweringContext c)
    {
        DataType type = c.ResultType();
        c.Set(c.Node("Pow", [c.Operand(0, type), c.Operand(1, type)]));
    }

    private static void MultiplyAdd(LoweringContext c, string operatorName)
    {
        DataType type = c.ResultType();
        Value product = c.Node(operatorName, [c.Operand(1, type), c.Operand(2, type)]);
        if (c.Double("value", 1) is double factor and not 1)
            product = c.Node("Mul", [product, c.Scalar(factor, type)]);
        c.Set(c.Node("Add", [c.Operand(0, type), product]));
    }
}
