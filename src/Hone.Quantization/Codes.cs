using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Quantization;

/// <summary>Quantizes whole constant tensors.</summary>
internal static class Codes
{
    /// <summary>The codes of a float32 tensor by PyTorch's rule; for constants the choice is ours, and this one reproduces its weights.</summary>
    internal static Tensor Quantize(Tensor tensor, QuantizationParameters parameters)
    {
        (long minimum, long maximum) = parameters.DataType.IntegerRange();
        ReadOnlySpan<float> elements = tensor.AsSpan<float>();
        int[] codes = new int[elements.Length];
        ChannelIndex channels = new(tensor.Shape, parameters.Axis);
        for (int i = 0; i < codes.Length; i++)
        {
            int channel = channels.Of(i);
            codes[i] = AffineQuantization.QuantizeByReciprocal(elements[i], parameters.Scales[channel], parameters.ZeroPoints[channel], (int)minimum, (int)maximum);
        }

        return ToTensor(codes, parameters.DataType, tensor.Shape);
    }

    internal static Tensor ToTensor(int[] codes, DataType type, TensorShape shape) => type switch
    {
        DataType.Int8 => Tensor.Create(Array.ConvertAll(codes, c => (sbyte)c), shape.Dimensions),
        DataType.UInt8 => Tensor.Create(Array.ConvertAll(codes, c => (byte)c), shape.Dimensions),
        DataType.Int16 => Tensor.Create(Array.ConvertAll(codes, c => (short)c), shape.Dimensions),
        DataType.UInt16 => Tensor.Create(Array.ConvertAll(codes, c => (ushort)c), shape.Dimensions),
        DataType.Int32 => Tensor.Create(codes, shape.Dimensions),
        DataType.Int4 or DataType.UInt4 => PackedInt4.Pack(type, shape, Array.ConvertAll(codes, c => (sbyte)c)),
        _ => throw new QuantizationException($"{type.DisplayName()} cannot hold codes."),
    };
}
