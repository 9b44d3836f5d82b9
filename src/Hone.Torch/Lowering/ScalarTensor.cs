using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Makes constants of one element.</summary>
internal static class ScalarTensor
{
    public static Tensor Create(double value, DataType type) => type switch
    {
        DataType.Float32 => Tensor.Scalar((float)value),
        DataType.Float64 => Tensor.Scalar(value),
        DataType.Float16 => Tensor.Scalar((Half)value),
        DataType.BFloat16 => Tensor.Scalar((BFloat16)(float)value),
        DataType.Int64 => Tensor.Scalar((long)value),
        DataType.Int32 => Tensor.Scalar((int)value),
        DataType.Int16 => Tensor.Scalar((short)value),
        DataType.Int8 => Tensor.Scalar((sbyte)value),
        DataType.UInt8 => Tensor.Scalar((byte)value),
        DataType.Bool => Tensor.Scalar(value != 0),
        _ => throw new UnsupportedLoweringException($"no constants of {type.DisplayName()}"),
    };
}
