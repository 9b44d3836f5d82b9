using Hone.Graphs;
using Hone.Passes;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Compression.LowRank;

/// <summary>Gemm and MatMul as two.</summary>
internal static class MatrixLayerFactors
{
    internal static FactorizedLayer? Replace(GraphPatch patch, Node node, LowRankOptions options)
    {
        if (node.Input(1)?.Constant is not { Shape.Rank: 2 } tensor || FloatConstants.Read(node.Input(1)) is not { } matrix
            || node.Attributes.GetBool("transA"))
            return null;
        (int rows, int columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        if (MatrixFactors.Create(matrix, rows, columns, options) is not { } factors)
            return null;

        Value left = patch.Constant($"{node.Input(1)!.Name}_left",
            FloatConstants.Write(tensor.DataType, new TensorShape(rows, factors.Rank), factors.Left));
        Value right = patch.Constant($"{node.Input(1)!.Name}_right",
            FloatConstants.Write(tensor.DataType, new TensorShape(factors.Rank, columns), factors.Right));
        // x (LR)ᵀ = (x Rᵀ) Lᵀ: a transposed matrix meets its right factor first.
        bool isTransposed = node.Attributes.GetBool("transB");
        (Value first, Value second) = isTransposed ? (right, left) : (left, right);
        AttributeMap inner = node.Is("Gemm") ? AttributeMap.Of(("transB", isTransposed)) : AttributeMap.Empty;
        Value hidden = patch.Node(node.Operator.Name, [node.Input(0), first], inner, $"{node.Name}_factor");
        patch.Replace(node.Output, patch.Node(node.Operator.Name, [hidden, second, .. node.Inputs.Skip(2)], node.Attributes, node.Name));
        return new FactorizedLayer(node.Name, factors.Rank, factors.Error, matrix.Length, factors.Left.Length + factors.Right.Length);
    }
}
