using Hone.Graphs;
using Hone.Kernels.Convolution;
using Hone.Kernels.Elementwise;
using Hone.Runtime.Lowering.Convolution;
using Hone.Runtime.Lowering.Quantization;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>
/// <c>MatMul</c>: with constant weights float32 or 8-bit with what follows in the epilogue, bias included; of two run-time operands float32.
/// </summary>
internal static class MatMulLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { DataType: DataType.Float32, IsConstant: false } || node.Inputs[1]!.DataType != DataType.Float32)
            return LowerBatch(node, context);
        return LowerInt8(node, context) ?? MatMulNBitsLowering.LowerProduct(node, isTransposed: false, null, context) ?? (Operation?)LowerFloat(node, context) ?? LowerBatch(node, context);
    }

    private static Int8MatMulOperation? LowerInt8(Node node, LoweringContext context)
    {
        if (QuantizedSource.Of(node.Inputs[0]) is not { } input || QuantizedWeights.Of(node.Inputs[1], axis: 1) is not { Shape.Rank: 2 } weights)
            return null;
        if (weights.Shape[0] is 0 or > Int8Product.MostProducts || weights.Shape[1] == 0)
            return null;
        GroupBuilder group = new(context, node);
        group.Read(input);
        group.Share(node.Inputs[1]);
        Int8Bias bias = Int8Bias.None;
        if (BiasAddition(group, weights.Shape[1], context) is { } addition && Int8Product.Bias(addition.Bias, input, weights, context) is { } integers)
        {
            group.Extend(addition.Node);
            group.Share(addition.Bias);
            bias = integers;
        }

        Int8Epilogue epilogue = Int8Product.Extend(group, input, weights, bias, context);
        return new Int8MatMulOperation(group.Build(), weights, isTransposed: false, bias, epilogue, context.KernelOptions);
    }

    private static FloatMatMulOperation? LowerFloat(Node node, LoweringContext context)
    {
        if (context.FloatConstant(node.Inputs[1]) is not { Shape.Rank: 2 } weights || weights.ElementCount is 0 or > int.MaxValue || node.Inputs[0]!.Shape is not { Rank: >= 1 })
            return null;
        GroupBuilder group = new(context, node);
        group.Read(node.Inputs[0]!);
        group.Share(node.Inputs[1]);
        Tensor? bias = null;
        if (BiasAddition(group, weights.Shape[1], context) is { } addition)
        {
            group.Extend(addition.Node);
            group.Share(addition.Bias);
            bias = context.FloatConstant(addition.Bias);
        }

        (Value? residual, Activation activation) = FloatEpilogue.Extend(group, context);
        return new FloatMatMulOperation(group.Build(), weights, isTransposed: false, bias, residual, activation, context.KernelOptions);
    }

    private static BatchMatMulOperation? LowerBatch(Node node, LoweringContext context)
    {
        if (node.Inputs[0]!.DataType != DataType.Float32 || node.Inputs[1]!.DataType != DataType.Float32)
            return null;
        GroupBuilder group = new(context, node);
        foreach (Value input in node.Inputs.OfType<Value>())
        {
            if (!input.IsConstant)
                group.Read(input);
        }

        return new BatchMatMulOperation(group.Build(), node.Inputs[0]!, node.Inputs[1]!, context.KernelOptions);
    }

    /// <summary>An addition of a constant [columns] right behind the product.</summary>
    internal static (Node Node, Value Bias)? BiasAddition(GroupBuilder group, long columns, LoweringContext context)
    {
        if (group.Next is not { } add || !add.Is("Add"))
            return null;
        Value other = add.Inputs[0] == group.Output ? add.Inputs[1]! : add.Inputs[0]!;
        bool fits = context.FloatConstant(other) is { } bias && bias.ElementCount == columns && bias.Shape.Rank > 0 && bias.Shape[-1] == columns
            && bias.Shape.Rank <= (group.Output.Shape?.Rank ?? 0);
        return fits ? (add, other) : null;
    }
}
