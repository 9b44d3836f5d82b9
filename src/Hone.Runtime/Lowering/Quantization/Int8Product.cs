using Hone.Graphs;
using Hone.Kernels.Convolution;
using Hone.Runtime.Lowering.Convolution;
using Hone.Runtime.Lowering.Elementwise;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary>
/// What convolutions and matrix products of 8-bit codes share: their bias, and what follows them. The requantization factor is
/// (input scale * weight scale) / output scale in float32; sums are exact; rounding is half to even.
/// </summary>
internal static class Int8Product
{
    /// <summary>More products than this could overflow the int32 sum.</summary>
    internal const int MostProducts = 65_793;

    /// <summary>The bias as integers at the scale of the sums; null where it is no constant.</summary>
    /// <remarks>A bias that is stored as int32 at that very scale is taken as it is; any other is rounded to it, half to even.</remarks>
    internal static Int8Bias? Bias(Value? value, QuantizedSource input, QuantizedWeights weights, LoweringContext context)
    {
        if (value is null)
            return Int8Bias.None;
        if (value.Producer is { } node && node.Is("DequantizeLinear") && node.Input(0)?.Constant is { DataType: DataType.Int32 } codes && HasScaleOfSums(node, input, weights))
            return new Int8Bias(codes.AsSpan<int>().ToArray());
        if (context.FloatConstant(value) is not { } numbers)
            return null;
        int[] integers = new int[numbers.ElementCount];
        for (int i = 0; i < integers.Length; i++)
        {
            double exact = numbers.AsSpan<float>()[i] / ((double)input.Scale * weights.Scale(i));
            integers[i] = (int)Math.Clamp(Math.Round(exact, MidpointRounding.ToEven), int.MinValue, int.MaxValue);
        }

        return new Int8Bias(integers);
    }

    /// <summary>Takes what follows into the epilogue: clamps and a quantization, then perhaps a quantized addition; or a function with float32 output.</summary>
    internal static Int8Epilogue Extend(GroupBuilder group, QuantizedSource input, QuantizedWeights weights, Int8Bias bias, LoweringContext context)
    {
        Int8Epilogue epilogue = new()
        {
            InputZeroPoint = input.ZeroPoint,
            InputIsSigned = input.IsSigned,
            Output = Int8Output.Float32,
            Multipliers = Array.ConvertAll(weights.Scales, s => input.Scale * s),
        };
        int length = group.Length;
        (float low, float high) = TakeClamps(group, context);
        if (QuantizationParameters.OfQuantize(group.Next) is { } output)
        {
            group.Extend(group.Next!);
            epilogue = epilogue with
            {
                Output = output.IsSigned ? Int8Output.Int8 : Int8Output.UInt8,
                Multipliers = Array.ConvertAll(weights.Scales, s => Requantization.Multiplier(input.Scale, s, output.Scale)),
                OutputZeroPoint = output.ZeroPoint,
                Min = output.Quantize(low),
                Max = output.Quantize(high),
            };
            return ExtendByAddition(group, epilogue, output, context);
        }

        group.Shrink(length);
        if (group.Next is { } next && next.Input(0) == group.Output && Activations.Of(next, context) is { } activation)
        {
            group.Extend(next);
            return epilogue with { Activation = activation };
        }

        return epilogue;
    }

    /// <summary>Takes the relus and clips that follow; quantization is monotonic, so that codes can be clamped instead.</summary>
    internal static (float Low, float High) TakeClamps(GroupBuilder group, LoweringContext context)
    {
        (float low, float high) = (float.NegativeInfinity, float.PositiveInfinity);
        while (group.Next is { } next && next.Input(0) == group.Output && Activations.ClampOf(next, context) is { } clamp)
        {
            (low, high) = (Math.Clamp(low, clamp.Low, clamp.High), Math.Clamp(high, clamp.Low, clamp.High));
            group.Extend(next);
        }

        return (low, high);
    }

    private static Int8Epilogue ExtendByAddition(GroupBuilder group, Int8Epilogue epilogue, QuantizationParameters product, LoweringContext context)
    {
        int length = group.Length;
        if (group.Next is not { } dequantize || !dequantize.Is("DequantizeLinear") || QuantizationParameters.Of(dequantize, group.Output.DataType) != product)
            return epilogue;
        group.Extend(dequantize);
        if (group.Next is { } add && add.Is("Add"))
        {
            Value otherValue = add.Inputs[0] == group.Output ? add.Inputs[1]! : add.Inputs[0]!;
            if (QuantizedSource.Of(otherValue) is { } other && FloatEpilogue.MayBeSameShape(otherValue, group.Output))
            {
                group.Extend(add);
                (float low, float high) = TakeClamps(group, context);
                if (QuantizationParameters.OfQuantize(group.Next) is { } sum)
                {
                    group.Extend(group.Next!);
                    group.Read(other);
                    // The codes of the product never leave the step, so that they can be counted as the sum's type does.
                    int shift = sum.IsSigned == product.IsSigned ? 0 : sum.IsSigned ? -128 : 128;
                    return epilogue with
                    {
                        Output = sum.IsSigned ? Int8Output.Int8 : Int8Output.UInt8,
                        OutputZeroPoint = epilogue.OutputZeroPoint + shift,
                        Min = epilogue.Min + shift,
                        Max = epilogue.Max + shift,
                        Residual = new Int8Residual
                        {
                            ProductScale = product.Scale, Scale = other.Scale, ZeroPoint = other.ZeroPoint, IsSigned = other.IsSigned,
                            OutputScale = sum.Scale, OutputZeroPoint = sum.ZeroPoint, Min = sum.Quantize(low), Max = sum.Quantize(high),
                        },
                    };
                }
            }
        }

        group.Shrink(length);
        return epilogue;
    }

    private static bool HasScaleOfSums(Node dequantize, QuantizedSource input, QuantizedWeights weights)
    {
        if (dequantize.Input(1)?.Constant is not { DataType: DataType.Float32 } scales || dequantize.Input(2)?.Constant?.ToInt64Array().Any(z => z != 0) == true)
            return false;
        ReadOnlySpan<float> numbers = scales.AsSpan<float>();
        for (int i = 0; i < Math.Max(numbers.Length, weights.Scales.Length); i++)
        {
            float expected = input.Scale * weights.Scale(i), actual = numbers.Length == 1 ? numbers[0] : numbers[i];
            if (Math.Abs(actual - expected) > 1e-6f * expected)
                return false;
        }

        return true;
    }
}
