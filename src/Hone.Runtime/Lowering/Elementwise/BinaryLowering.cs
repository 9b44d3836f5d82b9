using Hone.Graphs;
using Hone.Kernels.Elementwise;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>A function of two float32 values, broadcast.</summary>
internal static class BinaryLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs.Count != 2 || !node.Inputs.All(i => i?.DataType == DataType.Float32) || FunctionOf(node) is not { } function)
            return RowsLowering.Lower(node, context);
        if (ChainLowering.Lower(node, context) is { } chain)
            return chain;
        GroupBuilder group = new(context, node);
        foreach (Value? input in node.Inputs)
        {
            if (!input!.IsConstant)
                group.Read(input);
        }

        return new BinaryOperationStep(group.Build(), function, node.Inputs[0]!, node.Inputs[1]!);
    }

    /// <summary>The function of a node, or null.</summary>
    internal static BinaryOperation? FunctionOf(Node node) => node.Operator.Name switch
    {
        "Add" => BinaryOperation.Add,
        "Sub" => BinaryOperation.Subtract,
        "Mul" => BinaryOperation.Multiply,
        "Div" => BinaryOperation.Divide,
        "Min" => BinaryOperation.Min,
        "Max" => BinaryOperation.Max,
        "PRelu" => BinaryOperation.PRelu,
        _ => null,
    };
}
