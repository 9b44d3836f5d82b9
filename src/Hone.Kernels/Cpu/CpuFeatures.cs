namespace Hone.Kernels.Cpu;

/// <summary>Instruction-set extensions that code may use: the CPU has them, the operating system saves their registers and no cap forbids
/// them.</summary>
/// <param name="Avx2">AVX2 and FMA3.</param>
/// <param name="AvxVnni">VEX-encoded <c>vpdpbusd</c> on 256 bits.</param>
/// <param name="Avx512">AVX-512 F, BW, DQ and VL.</param>
/// <param name="Avx512Vnni">EVEX-encoded <c>vpdpbusd</c>.</param>
/// <param name="Avx512Vbmi">Byte permutations across a whole vector.</param>
/// <param name="Avx512Bf16"><c>vdpbf16ps</c> and <c>vcvtneps2bf16</c>.</param>
public readonly record struct CpuFeatures(bool Avx2, bool AvxVnni, bool Avx512, bool Avx512Vnni, bool Avx512Vbmi, bool Avx512Bf16)
{
    /// <summary>The highest tier that these features allow.</summary>
    public Isa Tier =>
        Avx512Bf16 && Avx512Vnni ? Isa.Avx512Bf16
        : Avx512Vnni ? Isa.Avx512Vnni
        : Avx512 ? Isa.Avx512
        : AvxVnni ? Isa.AvxVnni
        : Avx2 ? Isa.Avx2
        : Isa.Portable;

    /// <summary>True if a kernel of the given tier can run.</summary>
    /// <param name="isa">The tier that the kernel needs.</param>
    public bool Supports(Isa isa) => isa switch
    {
        Isa.Portable => true,
        Isa.Avx2 => Avx2,
        Isa.AvxVnni => AvxVnni,
        Isa.Avx512 => Avx512,
        Isa.Avx512Vnni => Avx512Vnni,
        Isa.Avx512Bf16 => Avx512Bf16,
        _ => false,
    };

    /// <summary>The features without those above a tier.</summary>
    /// <param name="max">The highest tier to keep.</param>
    public CpuFeatures Cap(Isa max) => new(
        Avx2 && max >= Isa.Avx2,
        AvxVnni && max >= Isa.AvxVnni,
        Avx512 && max >= Isa.Avx512,
        Avx512Vnni && max >= Isa.Avx512Vnni,
        Avx512Vbmi && max >= Isa.Avx512Vnni,
        Avx512Bf16 && max >= Isa.Avx512Bf16);
}
