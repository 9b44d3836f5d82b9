using Hone.Graphs;
using Hone.Kernels.Elementwise;
using Hone.Runtime.Lowering.Elementwise;
using Hone.Runtime.Lowering.Quantization;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>
/// A dynamically quantized linear layer: <c>DynamicQuantizeLinear</c>, <c>MatMulInteger</c>, <c>Cast</c>, <c>Mul</c> by the product of both scales, and
/// perhaps an addition of a bias and a function, as one 8-bit product with float32 output.
/// </summary>
internal static class MatMulIntegerLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0]?.Producer is not { } quantize || !quantize.Is("DynamicQuantizeLinear") || quantize.Output != node.Inputs[0])
            return null;
        if (node.Input(2) != quantize.Outputs[2] || node.Inputs[1]!.Constant is not { Shape.Rank: 2 } codes || node.Input(3) is { IsConstant: false })
            return null;
        GroupBuilder group = new(context, node);
        group.Read(quantize.Outputs[0]!);
        group.Read(quantize.Outputs[1]!);
        group.Read(quantize.Outputs[2]!);
        if (group.Next is not { } cast || !cast.Is("Cast") || cast.Output.DataType != DataType.Float32)
            return null;
        group.Extend(cast);
        if (group.Next is not { } mul || !mul.Is("Mul"))
            return null;
        Value factor = mul.Inputs[0] == group.Output ? mul.Inputs[1]! : mul.Inputs[0]!;
        if (factor.Producer is not { } scaling || !scaling.Is("Mul") || !scaling.Inputs.Contains(quantize.Outputs[1]))
            return null;
        Value scale = scaling.Inputs[0] == quantize.Outputs[1] ? scaling.Inputs[1]! : scaling.Inputs[0]!;
        if (scale.Constant is not { DataType: DataType.Float32, Shape.Rank: <= 1 } scales || (scales.ElementCount != 1 && scales.ElementCount != codes.Shape[1]))
            return null;
        if (QuantizedWeights.Of(codes, scales, node.Input(3)) is not { } weights || codes.Shape[0] is 0 or > Int8Product.MostProducts || codes.Shape[1] == 0)
            return null;
        group.Share(factor);
        group.Extend(mul);
        float[] bias = TakeBias(group, codes.Shape[1], context);
        Activation activation = TakeActivation(group, context);
        return new DynamicMatMulOperation(group.Build(), weights, bias, activation, context.KernelOptions);
    }

    /// <summary>ONNX Runtime's <c>MatMulIntegerToFloat</c> of unsigned codes with a scale and a zero point that are found at run time.</summary>
    internal static Operation? LowerToFloat(Node node, LoweringContext context)
    {
        const int Left = 0, Right = 1, LeftScale = 2, RightScale = 3, LeftZeroPoint = 4, RightZeroPoint = 5, Bias = 6;
        if (node.Inputs[Left] is not { IsConstant: false, DataType: DataType.UInt8 } codes || node.Inputs[Right]!.Constant is not { Shape.Rank: 2 } matrix)
            return null;
        if (!IsOneRuntimeValue(node.Input(LeftScale)) || !IsOneRuntimeValue(node.Input(LeftZeroPoint)))
            return null;
        if (QuantizedWeights.Of(matrix, node.Inputs[RightScale]!.Constant, node.Input(RightZeroPoint)) is not { } weights)
            return null;
        if (matrix.Shape[0] is 0 or > Int8Product.MostProducts || matrix.Shape[1] == 0 || (weights.Scales.Length != 1 && weights.Scales.Length != matrix.Shape[1]))
            return null;
        Tensor? bias = context.FloatConstant(node.Input(Bias));
        if (node.Input(Bias) is not null && (bias is null || bias.ElementCount != matrix.Shape[1]))
            return null;
        GroupBuilder group = new(context, node);
        group.Read(codes);
        group.Read(node.Inputs[LeftScale]!);
        group.Read(node.Inputs[LeftZeroPoint]!);
        group.Share(node.Input(Bias));
        Activation activation = TakeActivation(group, context);
        return new DynamicMatMulOperation(group.Build(), weights, bias?.AsSpan<float>().ToArray() ?? [], activation, context.KernelOptions);
    }

    private static bool IsOneRuntimeValue(Value? value) => value is { IsConstant: false, Shape: { } shape } && (shape.Rank == 0 || (shape.Rank == 1 && shape[0] == 1));

    private static Activation TakeActivation(GroupBuilder group, LoweringContext context)
    {
        if (group.Next is not { } next || next.Input(0) != group.Output || Activations.Of(next, context) is not { } function)
            return default;
        group.Extend(next);
        return function;
    }

    private static float[] TakeBias(GroupBuilder group, long columns, LoweringContext context)
    {
        if (group.Next is not { } add || !add.Is("Add"))
            return [];
        Value other = add.Inputs[0] == group.Output ? add.Inputs[1]! : add.Inputs[0]!;
        if (context.FloatConstant(other) is not { } bias || bias.ElementCount != columns || bias.Shape.Rank == 0 || bias.Shape[-1] != columns)
            return [];
        group.Extend(add);
        group.Share(other);
        return bias.AsSpan<float>().ToArray();
    }
}
