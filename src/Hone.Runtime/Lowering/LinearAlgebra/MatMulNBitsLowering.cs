using Hone.Graphs;
using Hone.Kernels.Blocked;
using Hone.Kernels.Elementwise;
using Hone.Runtime.Lowering.Convolution;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>Products with constant weights in blocks: <c>com.microsoft.MatMulNBits</c>, and <c>MatMul</c> or <c>Gemm</c> behind a blocked <c>DequantizeLinear</c>.</summary>
internal static class MatMulNBitsLowering
{
    /// <summary>The <c>accuracy_level</c> that lets an engine round activations to 8 bits.</summary>
    private const long Int8Level = 4;

    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { DataType: DataType.Float32, IsConstant: false } || BlockedSource.Of(node) is not { } weights)
            return null;
        if (node.Input(5) is { } given && context.FloatConstant(given) is null)
            return null;
        return Build(node, weights, context.FloatConstant(node.Input(5)), context);
    }

    /// <summary>A product of two operands with the second behind a blocked <c>DequantizeLinear</c>.</summary>
    /// <param name="node">MatMul, or Gemm without factors.</param>
    /// <param name="isTransposed">Whether the weight is [N, K].</param>
    /// <param name="bias">[N], or null.</param>
    /// <param name="context">What lowerings see.</param>
    internal static Operation? LowerProduct(Node node, bool isTransposed, Tensor? bias, LoweringContext context) =>
        BlockedSource.Of(node.Inputs[1], isTransposed) is { } weights && node.Inputs[0]!.Shape is { Rank: >= 1 } ? Build(node, weights, bias, context) : null;

    private static BlockedMatMulOperation Build(Node node, BlockedSource weights, Tensor? bias, LoweringContext context)
    {
        GroupBuilder group = new(context, node);
        group.Read(node.Inputs[0]!);
        foreach (Value? input in node.Inputs.Skip(1))
            group.Share(input);
        if (bias is null && MatMulLowering.BiasAddition(group, weights.N, context) is { } addition)
        {
            group.Extend(addition.Node);
            group.Share(addition.Bias);
            bias = context.FloatConstant(addition.Bias);
        }

        (Value? residual, Activation activation) = FloatEpilogue.Extend(group, context);
        bool allowsInt8 = node.Attributes.GetInt("accuracy_level", 0) == Int8Level;
        ProductAccuracy accuracy = allowsInt8 ? ProductAccuracy.Int8 : context.Options.BlockedProducts;
        return new BlockedMatMulOperation(group.Build(), weights, accuracy, bias, residual, activation, context.KernelOptions);
    }
}
