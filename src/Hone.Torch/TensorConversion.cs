using System.Runtime.InteropServices;
using Hone.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;

namespace Hone.Torch;

/// <summary>Copies tensors between TorchSharp and Hone; the two never share memory.</summary>
public static class TensorConversion
{
    /// <summary>A copy as a Hone tensor, dense and row-major whatever the strides and the device were.</summary>
    /// <exception cref="NotSupportedException">The element type has no counterpart: complex and libtorch's quantized types.</exception>
    public static unsafe HoneTensor ToHone(this TorchTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using TorchTensor dense = tensor.detach().cpu().contiguous();
        HoneTensor result = new(tensor.dtype.ToHone(), new TensorShape(tensor.shape));
        NativeMemory.Copy((void*)DataPointer(dense), (void*)result.Pointer, (nuint)result.ByteCount);
        GC.KeepAlive(dense);
        return result;
    }

    /// <summary>A copy as a TorchSharp tensor on the CPU; 4-bit integers are widened to 8 bits, unsigned 16-bit ones to 32.</summary>
    /// <exception cref="NotSupportedException">The element type has no counterpart: strings and unsigned types above 16 bits.</exception>
    public static unsafe TorchTensor ToTorch(this HoneTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        long[] shape = tensor.Shape.Dimensions.ToArray();
        if (tensor.DataType.BitWidth() == 4)
        {
            sbyte[] elements = PackedInt4.Unpack(tensor);
            return tensor.DataType == DataType.Int4 ? FromElements(elements, shape) : FromElements(Array.ConvertAll(elements, e => (byte)e), shape);
        }

        if (tensor.DataType == DataType.UInt16)
            return FromElements(Array.ConvertAll(tensor.AsSpan<ushort>().ToArray(), e => (int)e), shape);
        TorchTensor result = empty(shape, tensor.DataType.ToTorch());
        NativeMemory.Copy((void*)tensor.Pointer, (void*)DataPointer(result), (nuint)tensor.ByteCount);
        GC.KeepAlive(tensor);
        return result;
    }

    /// <summary>The element type as Hone names it.</summary>
    /// <exception cref="NotSupportedException">There is no counterpart.</exception>
    public static DataType ToHone(this ScalarType type) => type switch
    {
        ScalarType.Float32 => DataType.Float32,
        ScalarType.Float64 => DataType.Float64,
        ScalarType.Float16 => DataType.Float16,
        ScalarType.BFloat16 => DataType.BFloat16,
        ScalarType.Byte => DataType.UInt8,
        ScalarType.Int8 => DataType.Int8,
        ScalarType.Int16 => DataType.Int16,
        ScalarType.Int32 => DataType.Int32,
        ScalarType.Int64 => DataType.Int64,
        ScalarType.Bool => DataType.Bool,
        _ => throw new NotSupportedException($"TorchSharp's element type {type} has no counterpart in ONNX."),
    };

    /// <summary>The element type as TorchSharp names it.</summary>
    /// <exception cref="NotSupportedException">There is no counterpart.</exception>
    public static ScalarType ToTorch(this DataType type) => type switch
    {
        DataType.Float32 => ScalarType.Float32,
        DataType.Float64 => ScalarType.Float64,
        DataType.Float16 => ScalarType.Float16,
        DataType.BFloat16 => ScalarType.BFloat16,
        DataType.UInt8 => ScalarType.Byte,
        DataType.Int8 => ScalarType.Int8,
        DataType.Int16 => ScalarType.Int16,
        DataType.Int32 => ScalarType.Int32,
        DataType.Int64 => ScalarType.Int64,
        DataType.Bool => ScalarType.Bool,
        _ => throw new NotSupportedException($"The element type {type.DisplayName()} has no counterpart in TorchSharp."),
    };

    private static TorchTensor FromElements(Array elements, long[] shape) => from_array(elements).reshape(shape);

    private static nint DataPointer(TorchTensor tensor)
    {
        // An empty tensor has no data; nothing is copied then.
        return tensor.numel() == 0 ? 0 : Native.TensorData.Pointer(tensor);
    }
}
