using Hone.Graphs;
using Hone.Kernels.Quantization;
using Hone.Runtime.Lowering.Convolution;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary><c>Add</c> or <c>Mul</c> of two dequantized u8 values of one shape, perhaps clamped, and quantized to u8 again.</summary>
internal static class QuantizedBinaryLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (QuantizedSource.Of(node.Input(0)) is not { IsSigned: false } a || QuantizedSource.Of(node.Input(1)) is not { IsSigned: false } b)
            return null;
        if (!FloatEpilogue.MayBeSameShape(node.Inputs[0]!, node.Inputs[1]!))
            return null;
        GroupBuilder group = new(context, node);
        group.Read(a);
        group.Read(b);
        (float low, float high) = Int8Product.TakeClamps(group, context);
        if (QuantizationParameters.OfQuantize(group.Next) is not { IsSigned: false } output)
            return null;
        group.Extend(group.Next!);
        Int8BinaryParameters parameters = new(a.Scale, a.ZeroPoint, b.Scale, b.ZeroPoint, output.Scale, output.ZeroPoint)
        {
            Min = output.Quantize(low), Max = output.Quantize(high),
        };
        return new QuantizedBinaryOperation(group.Build(), parameters, node.Is("Mul"));
    }
}
