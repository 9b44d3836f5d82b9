using System.Runtime.InteropServices;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary>Constant 8-bit weights with a zero point in the middle of their range, and one scale or one per output channel.</summary>
/// <param name="Codes">s8, or u8 with zero point 128.</param>
/// <param name="Scales">One, or one per output channel.</param>
internal sealed record QuantizedWeights(Tensor Codes, float[] Scales)
{
    internal TensorShape Shape => Codes.Shape;

    /// <summary>The scale of an output channel.</summary>
    internal float Scale(int channel) => Scales.Length == 1 ? Scales[0] : Scales[channel];

    /// <summary>The weights behind a dequantized constant.</summary>
    /// <param name="value">A value produced by <c>DequantizeLinear</c>.</param>
    /// <param name="axis">The axis of the output channels, which scales may run along.</param>
    internal static QuantizedWeights? Of(Value? value, int axis)
    {
        if (value is not { DataType: DataType.Float32, Producer: { } node } || !node.Is("DequantizeLinear") || node.Input(0)?.Constant is not { } codes)
            return null;
        if (node.Attributes.GetInt("block_size", 0) != 0)
            return null;
        if (node.Input(1)?.Constant is { ElementCount: > 1 } scales)
        {
            long along = node.Attributes.GetInt("axis", 1);
            bool fits = scales.Shape.Rank == 1 && (along < 0 ? along + codes.Shape.Rank : along) == axis && scales.ElementCount == codes.Shape[axis];
            if (!fits)
                return null;
        }

        return Of(codes, node.Input(1)?.Constant, node.Input(2));
    }

    /// <summary>The weights of an operator that takes codes, scale and zero point by themselves.</summary>
    internal static QuantizedWeights? Of(Tensor? codes, Tensor? scales, Value? zeroPoint)
    {
        if (codes is not { DataType: DataType.Int8 or DataType.UInt8 } || scales is not { DataType: DataType.Float32 })
            return null;
        if (zeroPoint is { IsConstant: false } || scales.Shape.Rank > 1)
            return null;
        long middle = codes.DataType == DataType.UInt8 ? 128 : 0;
        long[] zeroPoints = zeroPoint?.Constant?.ToInt64Array() ?? [0];
        return Array.TrueForAll(zeroPoints, z => z == middle) ? new QuantizedWeights(codes, scales.AsSpan<float>().ToArray()) : null;
    }

    /// <summary>The codes minus their zero point.</summary>
    internal ReadOnlySpan<sbyte> ToSigned()
    {
        if (Codes.DataType == DataType.Int8)
            return Codes.AsSpan<sbyte>();
        sbyte[] signed = MemoryMarshal.Cast<byte, sbyte>(Codes.Bytes).ToArray();
        foreach (ref sbyte code in signed.AsSpan())
            code ^= sbyte.MinValue;
        return signed;
    }
}
