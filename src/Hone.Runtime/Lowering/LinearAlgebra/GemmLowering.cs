using Hone.Graphs;
using Hone.Kernels.Convolution;
using Hone.Kernels.Elementwise;
using Hone.Runtime.Lowering.Convolution;
using Hone.Runtime.Lowering.Quantization;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary><c>Gemm</c> with constant weights and a constant bias per column, or none: float32 or 8-bit, with what follows in the epilogue.</summary>
internal static class GemmLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Attributes.GetBool("transA") || node.Inputs[0] is not { DataType: DataType.Float32, IsConstant: false })
            return null;
        return LowerInt8(node, context) ?? LowerBlocked(node, context) ?? (Operation?)LowerFloat(node, context);
    }

    private static Int8MatMulOperation? LowerInt8(Node node, LoweringContext context)
    {
        bool isTransposed = node.Attributes.GetBool("transB");
        bool isPlain = node.Attributes.GetFloat("alpha", 1) == 1 && (node.Input(2) is null || node.Attributes.GetFloat("beta", 1) == 1);
        if (!isPlain || QuantizedSource.Of(node.Inputs[0]) is not { } input || QuantizedWeights.Of(node.Inputs[1], isTransposed ? 0 : 1) is not { Shape.Rank: 2 } weights)
            return null;
        (long depth, long columns) = isTransposed ? (weights.Shape[1], weights.Shape[0]) : (weights.Shape[0], weights.Shape[1]);
        if (depth is 0 or > Int8Product.MostProducts || columns == 0 || (node.Input(2) is { } c && context.FloatConstant(c) is not { Shape.Rank: > 0 }))
            return null;
        if (node.Input(2) is { } given && (context.FloatConstant(given)!.ElementCount != columns || context.FloatConstant(given)!.Shape[-1] != columns))
            return null;
        if (Int8Product.Bias(node.Input(2), input, weights, context) is not { } bias)
            return null;
        GroupBuilder group = new(context, node);
        group.Read(input);
        group.Share(node.Inputs[1]);
        group.Share(node.Input(2));
        Int8Epilogue epilogue = Int8Product.Extend(group, input, weights, bias, context);
        return new Int8MatMulOperation(group.Build(), weights, isTransposed, bias, epilogue, context.KernelOptions);
    }

    private static Operation? LowerBlocked(Node node, LoweringContext context)
    {
        bool isTransposed = node.Attributes.GetBool("transB");
        if (node.Inputs[1]!.Shape is not { Rank: 2, IsFixed: true } weight || node.Attributes.GetFloat("alpha", 1) != 1)
            return null;
        return Bias(node, weight[isTransposed ? 0 : 1].Value, context) is (true, var bias) ? MatMulNBitsLowering.LowerProduct(node, isTransposed, bias, context) : null;
    }

    private static FloatMatMulOperation? LowerFloat(Node node, LoweringContext context)
    {
        bool isTransposed = node.Attributes.GetBool("transB");
        if (context.FloatConstant(node.Inputs[1]) is not { Shape.Rank: 2 } weights || weights.ElementCount is 0 or > int.MaxValue)
            return null;
        if (Bias(node, isTransposed ? weights.Shape[0] : weights.Shape[1], context) is not (true, var bias))
            return null;
        GroupBuilder group = new(context, node);
        group.Read(node.Inputs[0]!);
        group.Share(node.Inputs[1]);
        group.Share(node.Input(2));
        (Value? residual, Activation activation) = FloatEpilogue.Extend(group, context);
        Tensor scaled = Scaled(weights, node.Attributes.GetFloat("alpha", 1));
        return new FloatMatMulOperation(group.Build(), scaled, isTransposed, bias, residual, activation, context.KernelOptions);
    }

    /// <summary>C times beta as [columns]; not possible where C runs along the rows or is no constant.</summary>
    private static (bool IsPossible, Tensor? Bias) Bias(Node node, long columns, LoweringContext context)
    {
        if (node.Input(2) is not { } value)
            return (true, null);
        if (context.FloatConstant(value) is not { } tensor)
            return (false, null);
        float beta = node.Attributes.GetFloat("beta", 1);
        if (tensor.ElementCount == 1)
        {
            float[] filled = new float[columns];
            Array.Fill(filled, tensor.AsSpan<float>()[0] * beta);
            return (true, Tensor.Create(filled, columns));
        }

        return tensor.ElementCount == columns && tensor.Shape[-1] == columns ? (true, Scaled(tensor, beta)) : (false, null);
    }

    private static Tensor Scaled(Tensor tensor, float factor) =>
        factor == 1 ? tensor : Tensor.Create(Array.ConvertAll(tensor.AsSpan<float>().ToArray(), x => x * factor), tensor.Shape.Dimensions);
}
