namespace Hone.Kernels.Cpu;

/// <summary>Instruction-set tiers in ascending order; a tier includes what the lower ones offer where the CPU has it.</summary>
public enum Isa
{
    /// <summary>128-bit portable vectors on any CPU.</summary>
    Portable = 0,

    /// <summary>AVX2 and FMA: 256-bit vectors.</summary>
    Avx2 = 1,

    /// <summary>AVX2 with the VEX-encoded 8-bit dot product (AVX-VNNI).</summary>
    AvxVnni = 2,

    /// <summary>AVX-512 F, BW, DQ and VL: 512-bit vectors.</summary>
    Avx512 = 3,

    /// <summary>AVX-512 with the 8-bit dot product (AVX512_VNNI).</summary>
    Avx512Vnni = 4,

    /// <summary>AVX-512 with VNNI and the bfloat16 dot product (AVX512_BF16).</summary>
    Avx512Bf16 = 5,
}
