using System.Runtime.InteropServices;
using Hone.Kernels.Gemm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Hone.Kernels.Emit;

/// <summary>The epilogues. Registers while storing: rcx output row, rdx residual row, rsi and rdi their tables, r8 constants, r9
/// multipliers, r10 fp32 bias.</summary>
internal sealed partial class TileEmitter
{
    private const int MinFreeRegisters = 4;

    private bool IsCodes => _variant.Kind is EpilogueKind.Requantize or EpilogueKind.RequantizeResidual;

    private bool AddsResidual => _variant.Kind is EpilogueKind.FloatResidual or EpilogueKind.RequantizeResidual;

    /// <summary>Rows of codes that fill no register are stored under a mask of bytes.</summary>
    private bool MasksBytes => IsCodes && _v.IsWide && (_variant.HasTail || Vectors == 3);

    // Free vector registers. Wide codes read their bounds from memory.
    private int Low => FirstFree;

    private int High => FirstFree + 1;

    private int Temporary => FirstFree + 2;

    private int Order => FirstFree;

    private int ZeroPoint => FirstFree + 1;

    private int Other => _v.IsWide ? FirstFree + 2 : FirstFree + 3;

    private int LastBroadcast => FirstFree + 3;

    private void BeginStore()
    {
        System.Diagnostics.Debug.Assert(_v.Registers - FirstFree >= MinFreeRegisters, "The tile leaves too few registers.");
        _asm.mov(rsi, Field(nameof(TileArguments.Outputs)));
        _asm.mov(r8, Field(nameof(TileArguments.Epilogue)));
        if (AddsResidual)
        {
            _asm.mov(rdi, Field(nameof(TileArguments.Residuals)));
        }

        if (IsCodes || _variant.Kind == EpilogueKind.Dequantize)
        {
            _asm.mov(r9, Field(nameof(TileArguments.Multipliers)));
            _asm.mov(r10, Field(nameof(TileArguments.FloatBias)));
        }

        if (!IsCodes || !_v.IsWide)
        {
            LoadBounds();
            return;
        }

        if (_variant.HasFactors)
        {
            _v.Vbroadcastss(ZeroPoint, Constant(nameof(EpilogueData.FactorC)));
        }
        else if (_variant.HasZeroPoint)
        {
            bool sums = _variant.Kind == EpilogueKind.RequantizeResidual;
            _v.Vbroadcastss(ZeroPoint, Constant(sums ? nameof(EpilogueData.PackedSumZeroPoint) : nameof(EpilogueData.PackedZeroPoint)));
        }

        _asm.vmovdqu32(new AssemblerRegisterZMM(_v.V(Order)), __zmmword_ptr[_order]);
    }

    // Rows of one group; narrow ones that fill a register together are packed together.
    private void StoreRows(int row, int count)
    {
        bool packsTogether = IsCodes && _v.IsWide && count > 1 && count * Vectors == 4;
        for (int r = row; r < row + count; r++)
        {
            if (!packsTogether)
            {
                StoreRow(r);
                continue;
            }

            PointResidual(r);
            RoundCodes(r);
        }

        if (!packsTogether)
        {
            return;
        }

        PackWide(row, vectors: 4);
        int packed = Accumulator(row, 0);
        for (int r = 0; r < count; r++)
        {
            PointOutput(row + r);
            if (r > 0)
            {
                Code code = Vectors == 1 ? Code.EVEX_Vextracti32x4_xmmm128_k1z_zmm_imm8 : Code.EVEX_Vextracti64x4_ymmm256_k1z_zmm_imm8;
                _v.Add(Instruction.Create(code, Vectors == 1 ? VectorAssembler.X(Other) : VectorAssembler.Y(Other), _v.V(packed), r));
            }

            StoreBytes(r > 0 ? Other : packed);
        }
    }

    private void StoreRow(int row)
    {
        PointOutput(row);
        PointResidual(row);
        if (!IsCodes)
        {
            StoreWords(row);
            return;
        }

        RoundCodes(row);
        if (_v.IsWide)
        {
            PackWide(row, Vectors);
            StoreBytes(Accumulator(row, 0));
        }
        else
        {
            Pack(row, _variant.Kind == EpilogueKind.RequantizeResidual);
        }
    }

    private void PointOutput(int row)
    {
        if (_variant.HasStrides)
        {
            _asm.mov(rcx, rsi);
            _asm.add(rsi, Field(nameof(TileArguments.OutputStride)));
            return;
        }

        _asm.mov(rcx, __[rsi + 8 * row]);
        _asm.add(rcx, Field(nameof(TileArguments.OutputOffset)));
    }

    private void PointResidual(int row)
    {
        if (!AddsResidual)
        {
            return;
        }

        if (_variant.HasStrides)
        {
            _asm.mov(rdx, rdi);
            _asm.add(rdi, Field(nameof(TileArguments.ResidualStride)));
            return;
        }

        _asm.mov(rdx, __[rdi + 8 * row]);
        _asm.add(rdx, Field(nameof(TileArguments.ResidualOffset)));
    }

    private void EndStore()
    {
        _asm.add(Field(nameof(TileArguments.Outputs)), 8 * Rows);
        if (AddsResidual)
        {
            _asm.add(Field(nameof(TileArguments.Residuals)), 8 * Rows);
        }
    }

    private void StoreWords(int row)
    {
        for (int j = 0; j < Vectors; j++)
        {
            int x = Accumulator(row, j);
            bool masked = _variant.HasTail && j == Vectors - 1;
            if (_variant.Kind == EpilogueKind.FloatResidual)
            {
                if (masked)
                {
                    _v.VmovupsMasked(Temporary, VectorAssembler.At(rdx, j * _v.Bytes));
                    _v.Vaddps(x, x, Temporary);
                }
                else
                {
                    _v.Vaddps(x, x, VectorAssembler.At(rdx, j * _v.Bytes));
                }
            }
            else if (_variant.Kind == EpilogueKind.Dequantize)
            {
                _v.Vcvtdq2ps(x, x);
                _v.Vmulps(x, x, VectorAssembler.At(r9, j * _v.Bytes));
                _v.Vaddps(x, x, VectorAssembler.At(r10, j * _v.Bytes));
            }

            if (_variant.Kind != EpilogueKind.Int32)
            {
                Clamp(x, _variant.ClampsLow, _variant.ClampsHigh);
            }

            _v.Vmovups(VectorAssembler.At(rcx, j * _v.Bytes), x, masked);
        }
    }

    private void RoundCodes(int row)
    {
        bool sums = _variant.Kind == EpilogueKind.RequantizeResidual;
        int first = Accumulator(row, 0), end = first + Vectors;
        for (int x = first; x < end; x++)
        {
            _v.Vcvtdq2ps(x, x);
        }

        for (int x = first; x < end; x++)
        {
            _v.Vmulps(x, x, VectorAssembler.At(r9, (x - first) * _v.Bytes));
        }

        for (int x = first; x < end; x++)
        {
            if (_v.IsWide && _variant.ClampsAsIntegers)
            {
                ClampAsIntegers(x);
            }
            else if (_v.IsWide)
            {
                ClampByConstants(x, _variant.ClampsLow || sums, _variant.ClampsHigh, nameof(EpilogueData.Low), nameof(EpilogueData.High));
            }
            else
            {
                Clamp(x, _variant.ClampsLow || sums, _variant.ClampsHigh);
            }

            if (sums)
            {
                AddResidual(x, x - first);
            }
        }

        for (int x = first; x < end; x++)
        {
            _v.Vcvtps2dq(x, x);
        }
    }

    // x = (round(x) * scale + (residual - zero point) * its scale) / scale of the sum; every step rounds by itself.
    private void AddResidual(int x, int vector)
    {
        bool masked = _variant.HasTail && vector == Vectors - 1;
        _v.Vroundps(x, x);
        if (_v.IsWide && _variant.HasFactors)
        {
            _v.Vpmovbd(Other, VectorAssembler.At(rdx, vector * _kernel.Lanes), _variant.IsResidualSigned, masked);
            _v.Vcvtdq2ps(Other, Other);
            _v.Add(Instruction.Create(Code.EVEX_Vfmadd132ps_zmm_k1z_zmm_zmmm512b32_er, _v.V(Other), _v.V(ZeroPoint), ConstantBroadcast(nameof(EpilogueData.FactorB))));
            _v.Add(Instruction.Create(Code.EVEX_Vfmadd132ps_zmm_k1z_zmm_zmmm512b32_er, _v.V(x), _v.V(Other), ConstantBroadcast(nameof(EpilogueData.FactorA))));
            return;
        }

        WithConstant(Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vmulps_ymm_ymm_ymmm256, x, nameof(EpilogueData.Scale));
        _v.Vpmovbd(Other, VectorAssembler.At(rdx, vector * _kernel.Lanes), _variant.IsResidualSigned, masked);
        if (_variant.HasResidualZeroPoint)
        {
            WithConstant(Code.EVEX_Vpsubd_zmm_k1z_zmm_zmmm512b32, Code.VEX_Vpsubd_ymm_ymm_ymmm256, Other, nameof(EpilogueData.OwnResidualZeroPoint));
        }

        _v.Vcvtdq2ps(Other, Other);
        WithConstant(Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vmulps_ymm_ymm_ymmm256, Other, nameof(EpilogueData.ResidualScale));
        _v.Vaddps(x, x, Other);
        if (_v.IsWide && _variant.HasReciprocal)
        {
            // q = x / s nearly; x - q s is exact; q + (x - q s) / s is the quotient, rounded once.
            _v.Add(Instruction.Create(Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er, _v.V(Other), _v.V(x), ConstantBroadcast(nameof(EpilogueData.Reciprocal))));
            _v.Add(Instruction.Create(Code.EVEX_Vfnmadd231ps_zmm_k1z_zmm_zmmm512b32_er, _v.V(x), _v.V(Other), ConstantBroadcast(nameof(EpilogueData.SumScale))));
            _v.Add(Instruction.Create(Code.EVEX_Vfmadd132ps_zmm_k1z_zmm_zmmm512b32_er, _v.V(x), _v.V(Other), ConstantBroadcast(nameof(EpilogueData.Reciprocal))));
        }
        else
        {
            WithConstant(Code.EVEX_Vdivps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vdivps_ymm_ymm_ymmm256, x, nameof(EpilogueData.SumScale));
        }

        ClampByConstants(x, _variant.ClampsSumLow, _variant.ClampsSumHigh, nameof(EpilogueData.SumLow), nameof(EpilogueData.SumHigh));
    }

    private void ClampByConstants(int x, bool clampsLow, bool clampsHigh, string low, string high)
    {
        if (clampsLow)
        {
            WithConstant(Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae, Code.VEX_Vmaxps_ymm_ymm_ymmm256, x, low);
        }

        if (clampsHigh)
        {
            WithConstant(Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae, Code.VEX_Vminps_ymm_ymm_ymmm256, x, high);
        }
    }

    // Floats compare as their bits do: against an upper bound that is not negative, signed; against a negative lower bound, unsigned, where
    // a larger negative number is a larger word and every positive one a smaller. Unlike float comparisons, which share two ports with the
    // conversions on Zen 4, these run on any.
    private void ClampAsIntegers(int x)
    {
        if (_variant.ClampsLow)
        {
            _v.Add(Instruction.Create(Code.EVEX_Vpminud_zmm_k1z_zmm_zmmm512b32, _v.V(x), _v.V(x), ConstantBroadcast(nameof(EpilogueData.Low))));
        }

        if (_variant.ClampsHigh)
        {
            _v.Add(Instruction.Create(Code.EVEX_Vpminsd_zmm_k1z_zmm_zmmm512b32, _v.V(x), _v.V(x), ConstantBroadcast(nameof(EpilogueData.High))));
        }
    }

    // x = x op constant: broadcast in the operand where the encoding can.
    private void WithConstant(Code wide, Code narrow, int x, string name)
    {
        if (_v.IsWide)
        {
            _v.Add(Instruction.Create(wide, _v.V(x), _v.V(x), ConstantBroadcast(name)));
            return;
        }

        _v.Vbroadcastss(Temporary, Constant(name));
        _v.Add(Instruction.Create(narrow, _v.V(x), _v.V(x), _v.V(Temporary)));
    }

    // In-lane packs leave dword 4 * lane + vector; the permutation puts it to 4 * vector + lane.
    private void PackWide(int row, int vectors)
    {
        int first = Accumulator(row, 0), third = vectors > 2 ? first + 2 : first;
        _v.Vpackssdw(first, first, vectors > 1 ? first + 1 : first);
        if (vectors > 2)
        {
            _v.Vpackssdw(third, third, vectors > 3 ? first + 3 : third);
        }

        if (_variant.HasZeroPoint && !_variant.HasFactors)
        {
            _v.Vpaddsw(first, first, ZeroPoint);
            if (vectors > 2)
            {
                _v.Vpaddsw(third, third, ZeroPoint);
            }
        }

        _v.Vpackwb(first, first, third, _variant.IsOutputSigned);
        _v.Vpermd(first, Order, first);
    }

    private void StoreBytes(int packed) =>
        _v.StoreBytes(VectorAssembler.At(rcx), packed, Vectors <= 1 ? 16 : Vectors == 2 ? 32 : 64, MasksBytes ? Register.K2 : Register.None);

    private void Pack(int row, bool sums)
    {
        int first = Accumulator(row, 0);
        _v.Vbroadcastss(Temporary, Constant(sums ? nameof(EpilogueData.PackedSumZeroPoint) : nameof(EpilogueData.PackedZeroPoint)));
        int second = Vectors == 2 ? first + 1 : first;
        _v.Vpackssdw(first, first, second);
        _v.Vpaddsw(first, first, Temporary);
        _v.Vpackwb(first, first, first, _variant.IsOutputSigned);

        // Dwords: a-low b-low a-low b-low, then the same of the upper halves.
        _v.Add(Instruction.Create(Code.VEX_Vextracti128_xmmm128_ymm_imm8, VectorAssembler.X(Temporary), VectorAssembler.Y(first), 1));
        _v.Add(Instruction.Create(Code.VEX_Vpunpckldq_xmm_xmm_xmmm128, VectorAssembler.X(first), VectorAssembler.X(first), VectorAssembler.X(Temporary)));
        _v.Add(Vectors == 2
            ? Instruction.Create(Code.VEX_Vmovups_xmmm128_xmm, VectorAssembler.At(rcx), VectorAssembler.X(first))
            : Instruction.Create(Code.VEX_Vmovq_xmmm64_xmm, VectorAssembler.At(rcx), VectorAssembler.X(first)));
    }

    private void Clamp(int x, bool low, bool high)
    {
        if (low)
        {
            _v.Vmaxps(x, Low, x);
        }

        if (high)
        {
            _v.Vminps(x, High, x);
        }
    }

    private void LoadBounds()
    {
        if (_variant.ClampsLow || _variant.Kind == EpilogueKind.RequantizeResidual)
        {
            _v.Vbroadcastss(Low, Constant(nameof(EpilogueData.Low)));
        }

        if (_variant.ClampsHigh)
        {
            _v.Vbroadcastss(High, Constant(nameof(EpilogueData.High)));
        }
    }

    private static MemoryOperand Constant(string name) => VectorAssembler.At(r8, (int)Marshal.OffsetOf<EpilogueData>(name));

    private static MemoryOperand ConstantBroadcast(string name) =>
        new(r8, Register.None, 1, (int)Marshal.OffsetOf<EpilogueData>(name), 8, true, Register.None);
}
