using Iced.Intel;

namespace Hone.Kernels.Emit;

/// <summary>512-bit instructions as the same ones over 256 or 128 bits with all 32 registers and masks (AVX512VL).</summary>
internal static class EvexNarrowing
{
    private static readonly Dictionary<Code, (Code Ymm, Code Xmm)> s_codes = new()
    {
        [Code.EVEX_Vmovups_zmm_k1z_zmmm512] = (Code.EVEX_Vmovups_ymm_k1z_ymmm256, Code.EVEX_Vmovups_xmm_k1z_xmmm128),
        [Code.EVEX_Vmovdqu8_zmm_k1z_zmmm512] = (Code.EVEX_Vmovdqu8_ymm_k1z_ymmm256, Code.EVEX_Vmovdqu8_xmm_k1z_xmmm128),
        [Code.EVEX_Vmovdqu64_zmm_k1z_zmmm512] = (Code.EVEX_Vmovdqu64_ymm_k1z_ymmm256, Code.EVEX_Vmovdqu64_xmm_k1z_xmmm128),
        [Code.EVEX_Vmovdqu8_zmmm512_k1z_zmm] = (Code.EVEX_Vmovdqu8_ymmm256_k1z_ymm, Code.EVEX_Vmovdqu8_xmmm128_k1z_xmm),
        [Code.EVEX_Vmovdqu64_zmmm512_k1z_zmm] = (Code.EVEX_Vmovdqu64_ymmm256_k1z_ymm, Code.EVEX_Vmovdqu64_xmmm128_k1z_xmm),
        [Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32] = (Code.EVEX_Vbroadcastss_ymm_k1z_xmmm32, Code.EVEX_Vbroadcastss_xmm_k1z_xmmm32),
        [Code.EVEX_Vpdpbusd_zmm_k1z_zmm_zmmm512b32] = (Code.EVEX_Vpdpbusd_ymm_k1z_ymm_ymmm256b32, Code.EVEX_Vpdpbusd_xmm_k1z_xmm_xmmm128b32),
        [Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32] = (Code.EVEX_Vpxord_ymm_k1z_ymm_ymmm256b32, Code.EVEX_Vpxord_xmm_k1z_xmm_xmmm128b32),
        [Code.EVEX_Vpaddsw_zmm_k1z_zmm_zmmm512] = (Code.EVEX_Vpaddsw_ymm_k1z_ymm_ymmm256, Code.EVEX_Vpaddsw_xmm_k1z_xmm_xmmm128),
        [Code.EVEX_Vpackssdw_zmm_k1z_zmm_zmmm512b32] = (Code.EVEX_Vpackssdw_ymm_k1z_ymm_ymmm256b32, Code.EVEX_Vpackssdw_xmm_k1z_xmm_xmmm128b32),
        [Code.EVEX_Vpacksswb_zmm_k1z_zmm_zmmm512] = (Code.EVEX_Vpacksswb_ymm_k1z_ymm_ymmm256, Code.EVEX_Vpacksswb_xmm_k1z_xmm_xmmm128),
        [Code.EVEX_Vpackuswb_zmm_k1z_zmm_zmmm512] = (Code.EVEX_Vpackuswb_ymm_k1z_ymm_ymmm256, Code.EVEX_Vpackuswb_xmm_k1z_xmm_xmmm128),
        [Code.EVEX_Vpunpcklbw_zmm_k1z_zmm_zmmm512] = (Code.EVEX_Vpunpcklbw_ymm_k1z_ymm_ymmm256, Code.EVEX_Vpunpcklbw_xmm_k1z_xmm_xmmm128),
        [Code.EVEX_Vpunpckhbw_zmm_k1z_zmm_zmmm512] = (Code.EVEX_Vpunpckhbw_ymm_k1z_ymm_ymmm256, Code.EVEX_Vpunpckhbw_xmm_k1z_xmm_xmmm128),
        [Code.EVEX_Vpunpcklwd_zmm_k1z_zmm_zmmm512] = (Code.EVEX_Vpunpcklwd_ymm_k1z_ymm_ymmm256, Code.EVEX_Vpunpcklwd_xmm_k1z_xmm_xmmm128),
        [Code.EVEX_Vpunpckhwd_zmm_k1z_zmm_zmmm512] = (Code.EVEX_Vpunpckhwd_ymm_k1z_ymm_ymmm256, Code.EVEX_Vpunpckhwd_xmm_k1z_xmm_xmmm128),
        [Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er] = (Code.EVEX_Vmulps_ymm_k1z_ymm_ymmm256b32, Code.EVEX_Vmulps_xmm_k1z_xmm_xmmm128b32),
        [Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae] = (Code.EVEX_Vmaxps_ymm_k1z_ymm_ymmm256b32, Code.EVEX_Vmaxps_xmm_k1z_xmm_xmmm128b32),
        [Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae] = (Code.EVEX_Vminps_ymm_k1z_ymm_ymmm256b32, Code.EVEX_Vminps_xmm_k1z_xmm_xmmm128b32),
        [Code.EVEX_Vcvtdq2ps_zmm_k1z_zmmm512b32_er] = (Code.EVEX_Vcvtdq2ps_ymm_k1z_ymmm256b32, Code.EVEX_Vcvtdq2ps_xmm_k1z_xmmm128b32),
        [Code.EVEX_Vcvtps2dq_zmm_k1z_zmmm512b32_er] = (Code.EVEX_Vcvtps2dq_ymm_k1z_ymmm256b32, Code.EVEX_Vcvtps2dq_xmm_k1z_xmmm128b32),
    };

    /// <summary>The instruction over 256 or 128 bits.</summary>
    /// <exception cref="InvalidOperationException">The table does not know the instruction.</exception>
    internal static Instruction Apply(Instruction instruction, int bits)
    {
        // Saving registers is not part of the vector code.
        if (instruction.Encoding != EncodingKind.EVEX)
        {
            return instruction;
        }

        if (!s_codes.TryGetValue(instruction.Code, out (Code Ymm, Code Xmm) codes))
        {
            throw new InvalidOperationException($"No narrow form of {instruction.Code} is listed.");
        }

        instruction.Code = bits == 256 ? codes.Ymm : codes.Xmm;
        Register first = bits == 256 ? Register.YMM0 : Register.XMM0;
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Register && instruction.GetOpRegister(i) is >= Register.ZMM0 and <= Register.ZMM31 and Register wide)
            {
                instruction.SetOpRegister(i, first + (wide - Register.ZMM0));
            }
        }

        return instruction;
    }
}
