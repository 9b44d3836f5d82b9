using Hone.Tensors;

namespace Hone.Operators.Quantization;

/// <summary>The element types that codes have.</summary>
internal static class CodeTypes
{
    public static ReadOnlySpan<DataType> All => [DataType.UInt8, DataType.Int8, DataType.UInt16, DataType.Int16, DataType.UInt4, DataType.Int4];

    public static (int Minimum, int Maximum) Range(DataType type)
    {
        (long minimum, long maximum) = type.IntegerRange();
        return ((int)minimum, (int)maximum);
    }
}
