using System.Runtime.InteropServices;
using Hone.Kernels.Emit;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Hone.Kernels.Blocked;

/// <summary>Writes tile kernels over weights in blocks for AVX512_VNNI; the meaning is that of <see cref="BlockedTileArguments"/>.</summary>
/// <remarks>
/// Codes are the unsigned operand of the dot product, so that the signed activations can be broadcast from memory. Registers: rbp
/// arguments, rax blocks left, rdi activations, rbx, rcx, rdx, rsi groups of columns; fp32 sums, int32 sums of the block, then temporaries.
/// </remarks>
internal sealed class BlockedTileEmitter
{
    private const int Raw = 24, Low = 25, High = 26, Mask = 27, Scale = 28, Factor = 29, Offset = 30;

    // One pass over weights that no cache holds; tiles with fewer groups go over theirs many times.
    private const int ManyRowsGroups = 2;
    private const int ReadAhead = 1024;

    private static readonly AssemblerRegister64[] s_groups = [rbx, rcx, rdx, rsi];
    private static readonly AssemblerRegister64[] s_saved = [rbx, rbp, rsi, rdi];

    private readonly BlockedTileVariant _variant;
    private readonly EmittedFrame _frame;
    private readonly VectorAssembler _v = new(512);
    private readonly Assembler _asm;

    private BlockedTileEmitter(BlockedTileVariant variant, bool isWindows)
    {
        (_variant, _frame, _asm) = (variant, new EmittedFrame(_v, isWindows, s_saved), _v.Asm);
    }

    private int Rows => _variant.Rows;

    private int Groups => _variant.Groups;

    private BlockedLayout Layout => _variant.Layout;

    /// <summary>The machine code of one variant.</summary>
    /// <param name="variant">Rows times groups is at most 12.</param>
    /// <param name="isWindows">True for the calling convention of Windows x64, false for System V.</param>
    internal static byte[] Emit(BlockedTileVariant variant, bool isWindows)
    {
        byte[] code = new BlockedTileEmitter(variant, isWindows).Emit();
        CodeCheck.Verify(code);
        return code;
    }

    private byte[] Emit()
    {
        Enter();
        Label block = _asm.CreateLabel();
        _asm.Label(ref block);
        SumCodes();
        AddBlock();
        _asm.add(rdi, ActivationTile.BlockBytes(Rows, Layout.BlockSize));
        for (int g = 0; g < Groups; g++)
        {
            _asm.add(s_groups[g], Layout.BlockBytes);
        }

        _asm.dec(rax);
        _asm.jnz(block);
        _asm.mov(rax, Field(nameof(BlockedTileArguments.Output)));
        for (int r = 0; r < Rows; r++)
        {
            for (int g = 0; g < Groups; g++)
            {
                _v.Vmovups(VectorAssembler.At(rax, (r * Groups + g) * 64), Sum(r, g));
            }
        }

        _frame.Leave();
        return _v.Assemble();
    }

    private void SumCodes()
    {
        int starts = Rows * (Layout.BlockSize + sizeof(float));
        for (int r = 0; r < Rows; r++)
        {
            for (int g = 0; g < Groups; g++)
            {
                _v.Add(Instruction.Create(Code.EVEX_Vpbroadcastd_zmm_k1z_xmmm32, _v.V(Integer(r, g)), VectorAssembler.At(rdi, starts + 4 * r)));
            }
        }

        for (int vector = 0; vector < Layout.Vectors; vector++)
        {
            for (int g = 0; g < Groups; g++)
            {
                _v.Vmovups(Raw, VectorAssembler.At(s_groups[g], vector * BlockedLayout.VectorBytes));
                if (Groups > ManyRowsGroups)
                    _asm.prefetcht1(__byte_ptr[s_groups[g] + (vector * BlockedLayout.VectorBytes + ReadAhead)]);
                if (Layout.Bits == 8)
                {
                    Dot(Raw, g, vector * 4);
                    continue;
                }

                _v.Add(Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, _v.V(High), _v.V(Raw), 4));
                And(Low, Raw);
                And(High, High);
                Dot(Low, g, vector * 8);
                Dot(High, g, vector * 8 + 4);
            }
        }
    }

    private void Dot(int codes, int group, int depth)
    {
        for (int r = 0; r < Rows; r++)
        {
            _v.Add(Instruction.Create(Code.EVEX_Vpdpbusd_zmm_k1z_zmm_zmmm512b32, _v.V(Integer(r, group)), _v.V(codes), Broadcast(r * Layout.BlockSize + depth)));
        }
    }

    private void AddBlock()
    {
        int scales = Rows * Layout.BlockSize, sums = scales + 2 * sizeof(float) * Rows;
        for (int g = 0; g < Groups; g++)
        {
            MemoryOperand columnScales = VectorAssembler.At(s_groups[g], Layout.CodeBytes);
            if (Layout.HasHalfScales)
            {
                _v.Add(Instruction.Create(Code.EVEX_Vcvtph2ps_zmm_k1z_ymmm256_sae, _v.V(Scale), columnScales));
            }
            else
            {
                _v.Vmovups(Scale, columnScales);
            }

            if (Layout.HasOffsets)
            {
                _v.Vmovups(Offset, VectorAssembler.At(s_groups[g], Layout.CodeBytes + Layout.ScaleBytes));
            }

            for (int r = 0; r < Rows; r++)
            {
                _v.Vcvtdq2ps(Integer(r, g), Integer(r, g));
                _v.Vmulps(Factor, Scale, Broadcast(scales + 4 * r));
                _v.Vfmadd231ps(Sum(r, g), Factor, Integer(r, g));
                if (Layout.HasOffsets)
                {
                    _v.Vfmadd231ps(Sum(r, g), Offset, Broadcast(sums + 4 * r));
                }
            }
        }
    }

    private void Enter()
    {
        _frame.Enter();

        _asm.mov(rbx, Field(nameof(BlockedTileArguments.Panel)));
        _asm.mov(rax, Field(nameof(BlockedTileArguments.GroupStride)));
        for (int g = 1; g < Groups; g++)
        {
            _asm.lea(s_groups[g], __[s_groups[g - 1] + rax]);
        }

        _asm.mov(rax, Field(nameof(BlockedTileArguments.Blocks)));
        _asm.mov(rdi, Field(nameof(BlockedTileArguments.Activations)));
        for (int i = 0; i < Rows * Groups; i++)
        {
            _v.Add(Instruction.Create(Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, _v.V(i), _v.V(i), _v.V(i)));
        }

        if (Layout.Bits == 4)
        {
            _asm.mov(r8d, 0x0F0F0F0F);
            _v.Add(Instruction.Create(Code.EVEX_Vpbroadcastd_zmm_k1z_r32, _v.V(Mask), Register.R8D));
        }
    }

    private int Sum(int row, int group) => row * Groups + group;

    private int Integer(int row, int group) => 12 + row * Groups + group;

    private void And(int target, int source) =>
        _v.Add(Instruction.Create(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, _v.V(target), _v.V(source), _v.V(Mask)));

    private static MemoryOperand Broadcast(int displacement) => new(Register.RDI, Register.None, 1, displacement, displacement == 0 ? 0 : 8, true, Register.None);

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rbp + (int)Marshal.OffsetOf<BlockedTileArguments>(name)];
}
