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

    /// <summary>Four full vectors of codes become one 64-byte store.</summary>
    private bool PacksWholeRow => IsCodes && _v.IsWide && Vectors == 4 && !_variant.HasTail;

    // Free vector registers: clamp bounds, then two temporaries; wide code has room for two constants more.
    private int Low => FirstFree;

    private int High => FirstFree + 1;

    private int Temporary => FirstFree + 2;

    private int Other => FirstFree + 3;

    private int ZeroPoint => FirstFree + 4;

    private int Order => FirstFree + 5;

    private void StoreTile()
    {
        System.Diagnostics.Debug.Assert(_v.Registers - FirstFree >= MinFreeRegisters + (_v.IsWide ? 2 : 0), "The tile leaves too few registers.");
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

        bool sums = _variant.Kind == EpilogueKind.RequantizeResidual;
        LoadBounds(sums);
        if (IsCodes && _v.IsWide)
        {
            string packed = sums ? nameof(EpilogueData.PackedSumZeroPoint) : nameof(EpilogueData.PackedZeroPoint);
            string single = sums ? nameof(EpilogueData.OwnSumZeroPoint) : nameof(EpilogueData.OwnZeroPoint);
            _v.Vbroadcastss(ZeroPoint, Constant(PacksWholeRow ? packed : single));
            if (PacksWholeRow)
            {
                _asm.vmovdqu32(new AssemblerRegisterZMM(_v.V(Order)), __zmmword_ptr[_order]);
            }
        }

        for (int i = 0; i < Rows; i++)
        {
            _asm.mov(rcx, __[rsi + 8 * i]);
            _asm.add(rcx, Field(nameof(TileArguments.OutputOffset)));
            if (AddsResidual)
            {
                _asm.mov(rdx, __[rdi + 8 * i]);
                _asm.add(rdx, Field(nameof(TileArguments.ResidualOffset)));
            }

            switch (_variant.Kind)
            {
                case EpilogueKind.Float or EpilogueKind.FloatResidual or EpilogueKind.Int32 or EpilogueKind.Dequantize:
                    StoreWords(i);
                    break;
                default:
                    StoreCodes(i);
                    break;
            }
        }

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

    private void StoreCodes(int row)
    {
        bool sums = _variant.Kind == EpilogueKind.RequantizeResidual;
        for (int j = 0; j < Vectors; j++)
        {
            int x = Accumulator(row, j);
            _v.Vcvtdq2ps(x, x);
            _v.Vmulps(x, x, VectorAssembler.At(r9, j * _v.Bytes));
            Clamp(x, _variant.ClampsLow || sums, true);
            if (sums)
            {
                AddResidual(x, j);
            }

            _v.Vcvtps2dq(x, x);
        }

        Pack(row, sums);
    }

    // x = (round(x) * scale + (residual - zero point) * its scale) / scale of the sum; every step rounds by itself.
    private void AddResidual(int x, int vector)
    {
        bool masked = _variant.HasTail && vector == Vectors - 1;
        _v.Vroundps(x, x);
        WithConstant(Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vmulps_ymm_ymm_ymmm256, x, nameof(EpilogueData.Scale));
        _v.Vpmovbd(Other, VectorAssembler.At(rdx, vector * _kernel.Lanes), _variant.IsResidualSigned, masked);
        WithConstant(Code.EVEX_Vpsubd_zmm_k1z_zmm_zmmm512b32, Code.VEX_Vpsubd_ymm_ymm_ymmm256, Other, nameof(EpilogueData.OwnResidualZeroPoint));
        _v.Vcvtdq2ps(Other, Other);
        WithConstant(Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vmulps_ymm_ymm_ymmm256, Other, nameof(EpilogueData.ResidualScale));
        _v.Vaddps(x, x, Other);
        WithConstant(Code.EVEX_Vdivps_zmm_k1z_zmm_zmmm512b32_er, Code.VEX_Vdivps_ymm_ymm_ymmm256, x, nameof(EpilogueData.SumScale));
        WithConstant(Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae, Code.VEX_Vmaxps_ymm_ymm_ymmm256, x, nameof(EpilogueData.SumLow));
        WithConstant(Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae, Code.VEX_Vminps_ymm_ymm_ymmm256, x, nameof(EpilogueData.SumHigh));
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

    private void Pack(int row, bool sums)
    {
        int first = Accumulator(row, 0);
        if (PacksWholeRow)
        {
            // In-lane packs leave dword 4 * lane + vector; the permutation puts it to 4 * vector + lane.
            _v.Vpackssdw(first, first, first + 1);
            _v.Vpackssdw(first + 2, first + 2, first + 3);
            _v.Vpaddsw(first, first, ZeroPoint);
            _v.Vpaddsw(first + 2, first + 2, ZeroPoint);
            _v.Vpackwb(first, first, first + 2, _variant.IsOutputSigned);
            _v.Vpermd(first, Order, first);
            _v.Vmovups(VectorAssembler.At(rcx), first);
            return;
        }

        if (_v.IsWide)
        {
            for (int j = 0; j < Vectors; j++)
            {
                int x = first + j;
                if (!_variant.ClampsLow && !sums)
                {
                    // Nothing has saturated at the lower end yet, and the narrowing store cuts.
                    _v.Add(Instruction.Create(Code.EVEX_Vpmaxsd_zmm_k1z_zmm_zmmm512b32, _v.V(x), _v.V(x), ConstantBroadcast(nameof(EpilogueData.LowInteger))));
                }

                _v.Vpaddd(x, x, ZeroPoint);
                _v.Vpmovdb(VectorAssembler.At(rcx, j * _kernel.Lanes), x, _variant.HasTail && j == Vectors - 1);
            }

            return;
        }

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

    private void LoadBounds(bool needsLow)
    {
        if (_variant.ClampsLow || needsLow)
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
