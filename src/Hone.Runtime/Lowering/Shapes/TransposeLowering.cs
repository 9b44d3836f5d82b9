using Hone.Graphs;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary><c>Transpose</c> of elements of whole bytes.</summary>
internal static class TransposeLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, Shape: { } shape } input || Tensors.DataTypeExtensions.BitWidth(input.DataType) < 8)
            return null;
        long[] permutation = node.Attributes.GetInts("perm") ?? [.. Enumerable.Range(0, shape.Rank).Reverse().Select(i => (long)i)];
        return new TransposeOperation(GraphLowering.SingleNode(node, context), [.. permutation.Select(p => (int)p)]);
    }
}
