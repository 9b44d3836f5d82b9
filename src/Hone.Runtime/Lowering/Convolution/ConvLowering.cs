using Hone.Graphs;
using Hone.Kernels.Convolution;
using Hone.Kernels.Elementwise;
using Hone.Runtime.Lowering.Quantization;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Convolution;

/// <summary>
/// <c>Conv</c> with constant weights: float32 with residual and activation, or 8-bit between <c>DequantizeLinear</c> and <c>QuantizeLinear</c>,
/// where clamps and a quantized residual addition join it.
/// </summary>
internal static class ConvLowering
{
    internal static Operation? Lower(Node node, LoweringContext context) => LowerInt8(node, context) ?? (Operation?)LowerFloat(node, context);

    private static Int8ConvOperation? LowerInt8(Node node, LoweringContext context)
    {
        if (QuantizedSource.Of(node.Input(0)) is not { } input || QuantizedWeights.Of(node.Input(1), axis: 0) is not { } weights)
            return null;
        if (ConvolutionGeometry.TryRead(node, weights.Shape, node.Inputs[0]!.Shape) is not { } shape || shape.Depth > Int8Product.MostProducts)
            return null;
        if (Int8Product.Bias(node.Input(2), input, weights, context) is not { } bias)
            return null;
        GroupBuilder group = new(context, node);
        group.Read(input);
        group.Share(node.Inputs[1]);
        group.Share(node.Input(2));
        Int8Epilogue epilogue = Int8Product.Extend(group, input, weights, bias, context);
        return new Int8ConvOperation(group.Build(), shape, weights, bias, epilogue, context.KernelOptions);
    }

    private static FloatConvOperation? LowerFloat(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { DataType: DataType.Float32 } input || context.FloatConstant(node.Input(1)) is not { } weights)
            return null;
        if (ConvolutionGeometry.TryRead(node, weights.Shape, input.Shape) is not { } shape)
            return null;
        Tensor? bias = context.FloatConstant(node.Input(2));
        if (bias is null && node.Input(2) is not null)
            return null;
        GroupBuilder group = new(context, node);
        group.Read(input);
        group.Share(node.Inputs[1]);
        group.Share(node.Input(2));
        (Value? residual, Activation activation) = FloatEpilogue.Extend(group, context);
        return new FloatConvOperation(group.Build(), shape, isTransposed: false, weights, bias, residual, activation, context.KernelOptions);
    }
}
