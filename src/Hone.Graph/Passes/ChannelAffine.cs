using Hone.Graphs;

namespace Hone.Passes;

/// <summary>Reads Add, Sub, Mul and Div with a constant as <c>scale · x + shift</c>.</summary>
internal static class ChannelAffine
{
    /// <summary>The value x, and the constant beside it; null for other nodes.</summary>
    internal static (Value Operand, Value Constant)? Operands(Node node)
    {
        if (node.Is("Add") || node.Is("Mul") || node.Is("Sub") || node.Is("Div"))
        {
            bool isCommutative = node.Is("Add") || node.Is("Mul");
            if (node.Input(1) is { IsConstant: true } right && node.Input(0) is { IsConstant: false } x)
                return (x, right);
            if (isCommutative && node.Input(0) is { IsConstant: true } left && node.Input(1) is { IsConstant: false } y)
                return (y, left);
        }

        return null;
    }

    internal static (double[]? Scale, double[]? Shift) Of(Node node, double[] constant) => node.Operator.Name switch
    {
        "Add" => (null, constant),
        "Sub" => (null, Array.ConvertAll(constant, c => -c)),
        "Mul" => (constant, null),
        _ => (Array.ConvertAll(constant, c => 1 / c), null),
    };
}
