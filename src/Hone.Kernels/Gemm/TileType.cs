namespace Hone.Kernels.Gemm;

/// <summary>Operand types of a tile kernel.</summary>
internal enum TileType
{
    /// <summary>fp32 times fp32, fp32 accumulators.</summary>
    Float32 = 0,

    /// <summary>u8 times s8, int32 accumulators.</summary>
    UInt8Int8 = 1,

    /// <summary>bfloat16 times bfloat16, fp32 accumulators.</summary>
    BFloat16 = 2,
}
