namespace Hone.Kernels.Cpu;

/// <summary>Operand types of the products whose peak rate can be measured.</summary>
public enum PeakFormat
{
    /// <summary>fp32 fused multiply-add.</summary>
    Float32 = 0,

    /// <summary>bfloat16 pairs into fp32.</summary>
    BFloat16 = 1,

    /// <summary>u8 times s8 into int32, exact: the dot product where the CPU has it, else 16-bit pairs.</summary>
    Int8 = 2,
}
