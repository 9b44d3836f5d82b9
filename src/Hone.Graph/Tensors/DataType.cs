namespace Hone.Tensors;

/// <summary>Element type of a tensor. The numbers are those of ONNX's <c>TensorProto.DataType</c>.</summary>
public enum DataType
{
    /// <summary>No type is known.</summary>
    Undefined = 0,

    /// <summary>IEEE 754 binary32.</summary>
    Float32 = 1,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 2,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 3,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16 = 4,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 5,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 6,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 7,

    /// <summary>A string of text; the only type that lives in managed memory.</summary>
    String = 8,

    /// <summary>Truth value, one byte: 0 or 1.</summary>
    Bool = 9,

    /// <summary>IEEE 754 binary16.</summary>
    Float16 = 10,

    /// <summary>IEEE 754 binary64.</summary>
    Float64 = 11,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32 = 12,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64 = 13,

    /// <summary>The upper half of a binary32: 8 exponent bits, 7 fraction bits.</summary>
    BFloat16 = 16,

    /// <summary>Unsigned 4-bit integer, two to a byte, the first one in the low nibble.</summary>
    UInt4 = 21,

    /// <summary>Signed 4-bit integer, two to a byte, the first one in the low nibble.</summary>
    Int4 = 22,
}
