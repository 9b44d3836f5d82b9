using Iced.Intel;

namespace Hone.Kernels.Emit;

/// <summary>
/// Vector instructions by opcode name over register numbers, encoded for 512-bit (EVEX) or 256-bit (VEX) vectors, so that a template is
/// written once.
/// General-purpose code and labels go to <see cref="Asm"/>.
/// </summary>
/// <param name="bits">512 for EVEX, 256 for VEX.</param>
/// <param name="narrowBits">256 or 128 to write 512-bit EVEX code over narrower vectors, with the same registers and masks.</param>
internal sealed class VectorAssembler(int bits, int narrowBits = 512)
{
    /// <summary>The assembler for everything that has no vector width. VEX is never preferred for EVEX-only forms: some CPUs lack
    /// AVX-VNNI.</summary>
    internal Assembler Asm { get; } = new(64) { PreferVex = false };

    internal int Bits => bits;

    internal int Bytes => bits / 8;

    internal int Registers => bits == 512 ? 32 : 16;

    internal bool IsWide => bits == 512;

    internal Register V(int index) => (IsWide ? Register.ZMM0 : Register.YMM0) + index;

    internal static Register X(int index) => Register.XMM0 + index;

    internal static Register Y(int index) => Register.YMM0 + index;

    /// <summary>Memory at [base + index + displacement].</summary>
    internal static MemoryOperand At(AssemblerRegister64 register, long displacement = 0, AssemblerRegister64? index = null) =>
        index is { } i
            ? new MemoryOperand(register, i, 1, displacement, 8)
            : new MemoryOperand(register, Register.None, 1, displacement, displacement == 0 ? 0 : 8);

    internal void Vmovups(int target, MemoryOperand source) => Add(Instruction.Create(Wide(Code.EVEX_Vmovups_zmm_k1z_zmmm512, Code.VEX_Vmovups_ymm_ymmm256), V(target), source));

    internal void Vmovups(MemoryOperand target, int source, bool masked = false) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vmovups_zmmm512_k1z_zmm, Code.VEX_Vmovups_ymmm256_ymm), target, V(source)), masked);

    /// <summary>Lanes outside the mask are zero and their memory is not touched.</summary>
    internal void VmovupsMasked(int target, MemoryOperand source)
    {
        Instruction load = Instruction.Create(Code.EVEX_Vmovups_zmm_k1z_zmmm512, V(target), source);
        load.ZeroingMasking = true;
        Add(load, masked: true);
    }

    internal void Vmovaps(int target, int source) => Add(Instruction.Create(Wide(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Code.VEX_Vmovaps_ymm_ymmm256), V(target), V(source)));

    internal void Vbroadcastss(int target, MemoryOperand source) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, Code.VEX_Vbroadcastss_ymm_m32), V(target), source));

    /// <summary>target += a * b; the half form leaves the upper 256 of 512 bits without meaning and takes half the time.</summary>
    internal void Vfmadd231ps(int target, int a, int b, bool half = false) => Add(half
        ? Instruction.Create(Code.EVEX_Vfmadd231ps_ymm_k1z_ymm_ymmm256b32, Y(target), Y(a), Y(b))
        : Instruction.Create(Wide(Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vfmadd231ps_ymm_ymm_ymmm256), V(target), V(a), V(b)));

    internal void Vfmadd231ps(int target, int a, MemoryOperand b, bool half = false) => Add(half
        ? Instruction.Create(Code.EVEX_Vfmadd231ps_ymm_k1z_ymm_ymmm256b32, Y(target), Y(a), b)
        : Instruction.Create(Wide(Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vfmadd231ps_ymm_ymm_ymmm256), V(target), V(a), b));

    /// <summary>target += u8 lanes of a times s8 lanes of b, four to each int32. A 256-bit one is VEX (AVX-VNNI) or EVEX (AVX512_VNNI and
    /// VL).</summary>
    internal void Vpdpbusd(int target, int a, int b, bool evex) => Add(Instruction.Create(
        IsWide ? Code.EVEX_Vpdpbusd_zmm_k1z_zmm_zmmm512b32 : evex ? Code.EVEX_Vpdpbusd_ymm_k1z_ymm_ymmm256b32 : Code.VEX_Vpdpbusd_ymm_ymm_ymmm256,
        V(target), V(a), V(b)));

    /// <summary>The same with a second operand in memory, 512 bits only.</summary>
    internal void Vpdpbusd(int target, int a, MemoryOperand b) => Add(Instruction.Create(Code.EVEX_Vpdpbusd_zmm_k1z_zmm_zmmm512b32, V(target), V(a), b));

    internal void Vdpbf16ps(int target, int a, MemoryOperand b) => Add(Instruction.Create(Code.EVEX_Vdpbf16ps_zmm_k1z_zmm_zmmm512b32, V(target), V(a), b));

    internal void Vdpbf16ps(int target, int a, int b) => Add(Instruction.Create(Code.EVEX_Vdpbf16ps_zmm_k1z_zmm_zmmm512b32, V(target), V(a), V(b)));

    internal void Vpmaddwd(int target, int a, int b) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vpmaddwd_zmm_k1z_zmm_zmmm512, Code.VEX_Vpmaddwd_ymm_ymm_ymmm256), V(target), V(a), V(b)));

    internal void Vpaddd(int target, int a, int b) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, Code.VEX_Vpaddd_ymm_ymm_ymmm256), V(target), V(a), V(b)));

    internal void Vpaddsw(int target, int a, int b) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vpaddsw_zmm_k1z_zmm_zmmm512, Code.VEX_Vpaddsw_ymm_ymm_ymmm256), V(target), V(a), V(b)));

    internal void Vpackssdw(int target, int a, int b) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vpackssdw_zmm_k1z_zmm_zmmm512b32, Code.VEX_Vpackssdw_ymm_ymm_ymmm256), V(target), V(a), V(b)));

    /// <summary>Saturates 16-bit lanes to u8, or to s8.</summary>
    internal void Vpackwb(int target, int a, int b, bool signed) => Add(Instruction.Create(
        signed ? Wide(Code.EVEX_Vpacksswb_zmm_k1z_zmm_zmmm512, Code.VEX_Vpacksswb_ymm_ymm_ymmm256)
               : Wide(Code.EVEX_Vpackuswb_zmm_k1z_zmm_zmmm512, Code.VEX_Vpackuswb_ymm_ymm_ymmm256),
        V(target), V(a), V(b)));

    internal void Vpermd(int target, int index, int source) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vpermd_zmm_k1z_zmm_zmmm512b32, Code.VEX_Vpermd_ymm_ymm_ymmm256), V(target), V(index), V(source)));

    internal void Vaddps(int target, int a, int b) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vaddps_ymm_ymm_ymmm256), V(target), V(a), V(b)));

    internal void Vaddps(int target, int a, MemoryOperand b) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vaddps_ymm_ymm_ymmm256), V(target), V(a), b));

    internal void Vmulps(int target, int a, int b) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vmulps_ymm_ymm_ymmm256), V(target), V(a), V(b)));

    internal void Vmulps(int target, int a, MemoryOperand b) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vmulps_ymm_ymm_ymmm256), V(target), V(a), b));

    /// <summary>b where a lane of a or b is NaN.</summary>
    internal void Vmaxps(int target, int a, int b) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae, Code.VEX_Vmaxps_ymm_ymm_ymmm256), V(target), V(a), V(b)));

    /// <summary>b where a lane of a or b is NaN.</summary>
    internal void Vminps(int target, int a, int b) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae, Code.VEX_Vminps_ymm_ymm_ymmm256), V(target), V(a), V(b)));

    internal void Vcvtdq2ps(int target, int source) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vcvtdq2ps_zmm_k1z_zmmm512b32_er, Code.VEX_Vcvtdq2ps_ymm_ymmm256), V(target), V(source)));

    internal void Vcvtps2dq(int target, int source) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vcvtps2dq_zmm_k1z_zmmm512b32_er, Code.VEX_Vcvtps2dq_ymm_ymmm256), V(target), V(source)));

    /// <summary>Rounds half to even, staying fp32.</summary>
    internal void Vroundps(int target, int source) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, Code.VEX_Vroundps_ymm_ymmm256_imm8), V(target), V(source), 0));

    /// <summary>Widens bytes to int32; with a mask only its lanes are read, the others are zero.</summary>
    internal void Vpmovbd(int target, MemoryOperand source, bool signed, bool masked)
    {
        Instruction load = Instruction.Create(
            signed ? Wide(Code.EVEX_Vpmovsxbd_zmm_k1z_xmmm128, Code.VEX_Vpmovsxbd_ymm_xmmm64) : Wide(Code.EVEX_Vpmovzxbd_zmm_k1z_xmmm128, Code.VEX_Vpmovzxbd_ymm_xmmm64),
            V(target), source);
        load.ZeroingMasking = masked;
        Add(load, masked);
    }

    /// <summary>Widens signed bytes to 16 bits.</summary>
    internal void Vpmovsxbw(int target, MemoryOperand source) =>
        Add(Instruction.Create(Wide(Code.EVEX_Vpmovsxbw_zmm_k1z_ymmm256, Code.VEX_Vpmovsxbw_ymm_xmmm128), V(target), source));

    /// <summary>Two bytes to every pair of 16-bit lanes, zero-extended.</summary>
    internal void BroadcastBytePair(int target, MemoryOperand source)
    {
        Add(Instruction.Create(Wide(Code.EVEX_Vpbroadcastw_ymm_k1z_xmmm16, Code.VEX_Vpbroadcastw_xmm_xmmm16), IsWide ? Y(target) : X(target), source));
        Add(Instruction.Create(Wide(Code.EVEX_Vpmovzxbw_zmm_k1z_ymmm256, Code.VEX_Vpmovzxbw_ymm_xmmm128), V(target), IsWide ? Y(target) : X(target)));
    }

    /// <summary>Stores the first 16, 32 or 64 bytes of a register (AVX-512), or those of them that a mask names.</summary>
    internal void StoreBytes(MemoryOperand target, int source, int count, Register mask = Register.None)
    {
        (Code masked, Code plain, Register register) = count switch
        {
            16 => (Code.EVEX_Vmovdqu8_xmmm128_k1z_xmm, Code.EVEX_Vmovdqu64_xmmm128_k1z_xmm, X(source)),
            32 => (Code.EVEX_Vmovdqu8_ymmm256_k1z_ymm, Code.EVEX_Vmovdqu64_ymmm256_k1z_ymm, Y(source)),
            _ => (Code.EVEX_Vmovdqu8_zmmm512_k1z_zmm, Code.EVEX_Vmovdqu64_zmmm512_k1z_zmm, Register.ZMM0 + source),
        };
        Instruction store = Instruction.Create(mask == Register.None ? plain : masked, target, register);
        store.OpMask = mask;
        Add(store);
    }

    /// <summary>Any further instruction, under mask register k1 if asked.</summary>
    internal void Add(Instruction instruction, bool masked = false)
    {
        if (masked)
        {
            instruction.OpMask = Register.K1;
        }

        Asm.AddInstruction(narrowBits < bits ? EvexNarrowing.Apply(instruction, narrowBits) : instruction);
    }

    /// <summary>The machine code; it holds no absolute address.</summary>
    internal byte[] Assemble()
    {
        using MemoryStream stream = new();
        Asm.Assemble(new StreamCodeWriter(stream), 0);
        return stream.ToArray();
    }

    private Code Wide(Code wide, Code narrow) => IsWide ? wide : narrow;
}
