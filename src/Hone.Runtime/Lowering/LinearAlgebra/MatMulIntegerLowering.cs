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
        Activation activation = default;
        if (group.Next is { } next && next.Input(0) == group.Output && Activations.Of(next, context) is { } function)
        {
            group.Extend(next);
            activation = function;
        }

        return new DynamicMatMulOperation(group.Build(), weights, bias, activation, context.KernelOptions);
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
