using Hone.Kernels.Cpu;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Hone.Kernels.Emit;

/// <summary>Writes a loop of independent products, as many in flight as hide their latency. Values are zero: rates do not depend on
/// them.</summary>
internal static class PeakEmitter
{
    private const int Chains = 12;

    /// <summary>The code, which takes a count of iterations, and its operations per iteration; null if the features lack the
    /// format.</summary>
    internal static (byte[] Code, int Operations)? Emit(PeakFormat format, CpuFeatures features, bool isWindows)
    {
        bool wide = features.Avx512, dot = features.Avx512Vnni || (features.AvxVnni && !features.Avx512);
        if (!features.Avx2 || (format == PeakFormat.BFloat16 && !features.Avx512Bf16))
        {
            return null;
        }

        // 13 registers: on Windows the last ones are the caller's, so they are saved whole on the stack.
        VectorAssembler v = new(wide ? 512 : 256);
        Assembler asm = v.Asm;
        AssemblerRegister64 count = isWindows ? rcx : rdi;
        asm.sub(rsp, 16 * Chains);
        for (int i = 0; i < Chains; i++)
        {
            v.Add(Instruction.Create(Code.VEX_Vmovups_xmmm128_xmm, VectorAssembler.At(rsp, 16 * i), VectorAssembler.X(i + 4)));
        }

        for (int i = 0; i < 16; i++)
        {
            v.Add(Instruction.Create(Code.VEX_Vxorps_xmm_xmm_xmmm128, VectorAssembler.X(i), VectorAssembler.X(i), VectorAssembler.X(i)));
        }

        Label loop = asm.CreateLabel();
        asm.Label(ref loop);
        for (int i = 0; i < Chains; i++)
        {
            switch (format)
            {
                case PeakFormat.Float32: v.Vfmadd231ps(i, 14, 15); break;
                case PeakFormat.BFloat16: v.Vdpbf16ps(i, 14, 15); break;
                case PeakFormat.Int8 when dot: v.Vpdpbusd(i, 14, 15, features.Avx512Vnni); break;
                default:
                    v.Vpmaddwd(12 + i % 2, 14, 15);
                    v.Vpaddd(i, i, 12 + i % 2);
                    break;
            }
        }

        asm.dec(count);
        asm.jnz(loop);
        asm.vzeroupper();
        for (int i = 0; i < Chains; i++)
        {
            v.Add(Instruction.Create(Code.VEX_Vmovups_xmm_xmmm128, VectorAssembler.X(i + 4), VectorAssembler.At(rsp, 16 * i)));
        }

        asm.add(rsp, 16 * Chains);
        asm.ret();
        int perLane = format switch { PeakFormat.Float32 => 1, PeakFormat.BFloat16 => 2, _ => dot ? 4 : 2 };
        return (v.Assemble(), 2 * Chains * perLane * (v.Bits / 32));
    }
}
