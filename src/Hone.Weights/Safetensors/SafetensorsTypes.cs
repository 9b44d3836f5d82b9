using Hone.Tensors;

namespace Hone.Weights.Safetensors;

/// <summary>Element types as the format writes them.</summary>
internal static class SafetensorsTypes
{
    private static readonly (string Name, DataType Type)[] s_types =
    [
        ("BOOL", DataType.Bool), ("U8", DataType.UInt8), ("I8", DataType.Int8), ("U16", DataType.UInt16), ("I16", DataType.Int16),
        ("U32", DataType.UInt32), ("I32", DataType.Int32), ("U64", DataType.UInt64), ("I64", DataType.Int64),
        ("F16", DataType.Float16), ("BF16", DataType.BFloat16), ("F32", DataType.Float32), ("F64", DataType.Float64),
    ];

    /// <returns><see cref="DataType.Undefined"/> for a type that Hone does not have.</returns>
    internal static DataType Parse(string name) => Array.Find(s_types, type => type.Name == name).Type;

    /// <returns>Null for a type that the format does not have.</returns>
    internal static string? NameOf(DataType type) => Array.Find(s_types, pair => pair.Type == type).Name;
}
