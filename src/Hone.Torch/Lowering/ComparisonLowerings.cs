using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Comparisons, logic and choice.</summary>
internal static class ComparisonLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("op_Equality", c => Compare(c, "Equal")),
        new("op_Inequality", c => Compare(c, "Equal", negate: true)),
        new("op_LessThan", c => Compare(c, "Less")),
        new("op_LessThanOrEqual", c => Compare(c, "LessOrEqual")),
        new("op_GreaterThan", c => Compare(c, "Greater")),
        new("op_GreaterThanOrEqual", c => Compare(c, "GreaterOrEqual")),
        new("eq", c => Compare(c, "Equal")),
        new("ne", c => Compare(c, "Equal", negate: true)),
        new("not_equal", c => Compare(c, "Equal", negate: true)),
        new("lt", c => Compare(c, "Less")),
        new("less", c => Compare(c, "Less")),
        new("le", c => Compare(c, "LessOrEqual")),
        new("less_equal", c => Compare(c, "LessOrEqual")),
        new("gt", c => Compare(c, "Greater")),
        new("greater", c => Compare(c, "Greater")),
        new("ge", c => Compare(c, "GreaterOrEqual")),
        new("greater_equal", c => Compare(c, "GreaterOrEqual")),
        new("logical_and", c => Logic(c, "And")),
        new("logical_or", c => Logic(c, "Or")),
        new("logical_xor", c => Logic(c, "Xor")),
        new("logical_not", c => c.Set(c.Node("Not", [c.Operand(0, DataType.Bool)]))),
        new("op_BitwiseAnd", c => Bitwise(c, "And")),
        new("op_BitwiseOr", c => Bitwise(c, "Or")),
        new("op_ExclusiveOr", c => Bitwise(c, "Xor")),
        new("op_OnesComplement", c => c.Set(c.Node(c.ResultType() == DataType.Bool ? "Not" : "BitwiseNot", [c.Tensor(0)]))),
        new("bitwise_and", c => Bitwise(c, "And")),
        new("bitwise_or", c => Bitwise(c, "Or")),
        new("bitwise_xor", c => Bitwise(c, "Xor")),
        new("bitwise_not", c => c.Set(c.Node(c.ResultType() == DataType.Bool ? "Not" : "BitwiseNot", [c.Tensor(0)]))),
        new("isnan", c => c.Set(c.Node("IsNaN", [c.Tensor(0)]))),
        new("isinf", c => c.Set(c.Node("IsInf", [c.Tensor(0)]))),
        new("where", Where),
        new("masked_fill", MaskedFill),
    ];

    private static void Compare(LoweringContext c, string operatorName, bool negate = false)
    {
        DataType type = c.CommonType(0, 1);
        Value result = c.Node(operatorName, [c.Operand(0, type), c.Operand(1, type)]);
        c.Set(negate ? c.Node("Not", [result]) : result);
    }

    private static void Logic(LoweringContext c, string operatorName) =>
        c.Set(c.Node(operatorName, [c.Operand(0, DataType.Bool), c.Operand(1, DataType.Bool)]));

    private static void Bitwise(LoweringContext c, string operatorName)
    {
        DataType type = c.ResultType();
        c.Set(c.Node(type == DataType.Bool ? operatorName : $"Bitwise{operatorName}", [c.Operand(0, type), c.Operand(1, type)]));
    }

    private static void Where(LoweringContext c)
    {
        if (c.ArgumentCount < 3)
            throw LoweringContext.Unsupported("where with one argument gives a number of elements that depends on the data");
        // x.where(condition, y) has the values first.
        (int condition, int x) = c.ArgumentName(0) == "self" ? (1, 0) : (0, 1);
        DataType type = c.ResultType();
        c.Set(c.Node("Where", [c.Operand(condition, DataType.Bool), c.Operand(x, type), c.Operand(2, type)]));
    }

    private static void MaskedFill(LoweringContext c)
    {
        DataType type = c.ResultType();
        c.Set(c.Node("Where", [c.Operand(1, DataType.Bool), c.Operand(2, type), c.Tensor(0)]));
    }
}
