using Hone.Tensors;

namespace Hone.Onnx;

/// <summary>Facts of the ONNX format.</summary>
internal static class OnnxFormat
{
    /// <summary>Every operator is read from this opset on; before, those that had their form of this opset already.</summary>
    internal const long OldestOpset = 7;

    internal const long NewestOpset = 27;

    internal const long OldestIrVersion = 3;

    /// <summary>The IR version that came with an opset: old runtimes refuse a file whose IR version is newer than they are.</summary>
    internal static long IrVersion(long opset) => opset switch
    {
        < 15 => 7,
        < 19 => 8,
        < 21 => 9,
        < 23 => 10,
        < 24 => 11,
        < 25 => 12,
        _ => 13,
    };

    /// <summary>The standard domain has two spellings.</summary>
    internal static string NormalizeDomain(string domain) => domain == "ai.onnx" ? "" : domain;

    /// <summary>The data type of a number in a file, or null when Hone has no such type.</summary>
    internal static DataType? FindDataType(int number) =>
        Enum.IsDefined((DataType)number) && number != (int)DataType.Undefined ? (DataType)number : null;

    /// <summary>The name of a data type number for errors, known to Hone or not.</summary>
    internal static string DataTypeName(int number) => number switch
    {
        14 => "complex64",
        15 => "complex128",
        17 => "float8e4m3fn",
        18 => "float8e4m3fnuz",
        19 => "float8e5m2",
        20 => "float8e5m2fnuz",
        23 => "float4e2m1",
        24 => "float8e8m0",
        25 => "uint2",
        26 => "int2",
        _ => FindDataType(number)?.DisplayName() ?? $"data type {number}",
    };
}
