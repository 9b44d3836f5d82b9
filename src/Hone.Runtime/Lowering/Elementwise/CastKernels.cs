using System.Numerics;
using Hone.Kernels.Elementwise;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>The conversions between the element types that models mostly use.</summary>
internal static class CastKernels
{
    /// <summary>The kernel, or null where reference evaluation has to do.</summary>
    internal static RowKernel? Find(DataType from, DataType to) => from switch
    {
        DataType.Float32 => To<float>(to),
        DataType.Float64 => To<double>(to),
        DataType.Int64 => To<long>(to),
        DataType.Int32 => To<int>(to),
        DataType.UInt8 => To<byte>(to),
        DataType.Int8 => To<sbyte>(to),

        // Truth values are bytes 0 and 1.
        DataType.Bool => To<byte>(to),
        DataType.Float16 when to == DataType.Float32 => TypedRows.Convert<Half, float>(),
        _ => null,
    };

    private static RowKernel? To<TFrom>(DataType to)
        where TFrom : unmanaged, INumber<TFrom> => to switch
    {
        DataType.Float32 => TypedRows.Convert<TFrom, float>(),
        DataType.Float64 => TypedRows.Convert<TFrom, double>(),
        DataType.Int64 => TypedRows.Convert<TFrom, long>(),
        DataType.Int32 => TypedRows.Convert<TFrom, int>(),
        DataType.UInt8 => TypedRows.Convert<TFrom, byte>(),
        DataType.Int8 => TypedRows.Convert<TFrom, sbyte>(),
        DataType.Bool => TypedRows.IsTrue<TFrom>(),
        _ => null,
    };
}
