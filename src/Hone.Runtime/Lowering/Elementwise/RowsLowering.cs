using Hone.Graphs;
using Hone.Kernels.Elementwise;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>Comparisons, logic, <c>Where</c>, <c>Cast</c>, arithmetic of integers and float64, powers, sines.</summary>
internal static class RowsLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs.Count > RowsShape.MostArguments || node.Inputs.Contains(null) || node.Inputs.All(i => i!.IsConstant) || KernelOf(node) is not { } kernel)
            return null;
        string id = $"{node.Inputs[^1]!.DataType.DisplayName()}-{node.Operator.Name.ToLowerInvariant()}";
        return new RowsOperation(GraphLowering.SingleNode(node, context), id, kernel);
    }

    private static RowKernel? KernelOf(Node node)
    {
        DataType type = node.Inputs[0]!.DataType;
        return node.Operator.Name switch
        {
            "Where" => TypedRows.Select(node.Output.DataType.BitWidth() / 8),
            "Cast" => CastKernels.Find(type, node.Output.DataType),
            "Not" => TypedRows.Logic("Not"),
            "Sin" or "Cos" or "IsNaN" when type == DataType.Float32 => TypedRows.Unary(node.Operator.Name),
            _ when node.Inputs.Count != 2 => null,
            "Div" when type.IsInteger() && !HasHarmlessDivisors(node) => null,
            "Pow" when node.Inputs[1]!.DataType != type => null,
            _ => Binary(node.Operator.Name, type),
        };
    }

    private static RowKernel? Binary(string name, DataType type) => type switch
    {
        DataType.Bool => TypedRows.Logic(name),
        DataType.Float32 => TypedRows.Binary<float>(name),
        DataType.Float64 => TypedRows.Binary<double>(name),
        DataType.Int64 => TypedRows.Binary<long>(name),
        DataType.Int32 => TypedRows.Binary<int>(name),
        DataType.UInt8 => TypedRows.Binary<byte>(name),
        DataType.Int8 => TypedRows.Binary<sbyte>(name),
        _ => null,
    };

    /// <summary>Division by 0 is an error that reference evaluation reports, and the quotient of the smallest number by -1 does not exist.</summary>
    private static bool HasHarmlessDivisors(Node node) =>
        node.Inputs[1]!.Constant is { ElementCount: <= 4096 } divisors && !divisors.ToInt64Array().AsSpan().ContainsAny(0L, -1L);
}
