using System.Runtime.InteropServices;
using Hone.Kernels.Convolution;
using Hone.Kernels.Gemm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Hone.Kernels.Emit;

/// <summary>
/// Writes depthwise kernels for AVX-512: input columns stream by, each is loaded (bytes: interleaved to dwords of four kernel rows) once
/// and added to every
/// output that it reaches; outputs leave in order. Column c adds <c>x[c] * w[c - p * stride]</c> to output p.
/// </summary>
/// <remarks>
/// Bytes are unpacked in their 128-bit lanes, which the in-lane packs of the epilogue undo; weights, bias and multipliers are stored in
/// that order. Registers:
/// rbp arguments, row addresses, r12 column offset, r13 limit, r14 input stride, r15 padding, rbx block data, r9 output, r10 outputs left,
/// r11 output stride.
/// </remarks>
internal sealed class DepthwiseEmitter
{
    private const int MaxWeightRegisters = 18;

    private static readonly AssemblerRegister64[] s_rowRegisters = [rdi, rsi, rdx, rcx, r8];
    private static readonly AssemblerRegister64[] s_saved = [rbx, rbp, rsi, rdi, r12, r13, r14, r15];

    private readonly DepthwiseVariant _variant;
    private readonly EmittedFrame _frame;
    private readonly VectorAssembler _v;
    private readonly Assembler _asm;
    private readonly bool _keepsWeights;
    private readonly int _temporaries;
    private readonly int _zero;

    private DepthwiseEmitter(DepthwiseVariant variant, bool isWindows)
    {
        _variant = variant;
        _v = new VectorAssembler(512, variant.VectorBytes * 8);
        _asm = _v.Asm;
        _frame = new EmittedFrame(_v, isWindows, s_saved);
        int accumulators = variant.Alive * variant.Vectors;
        _keepsWeights = variant.WeightVectors <= MaxWeightRegisters && accumulators + variant.WeightVectors <= 25;
        _temporaries = accumulators + (_keepsWeights ? variant.WeightVectors : 0);
        _zero = 31;
    }

    private bool IsFloat => _variant.Type == TileType.Float32;

    /// <summary>The machine code of one variant.</summary>
    /// <param name="variant">What to fix in the code; it must fit.</param>
    /// <param name="isWindows">True for the calling convention of Windows x64, false for System V.</param>
    internal static byte[] Emit(DepthwiseVariant variant, bool isWindows)
    {
        byte[] code = new DepthwiseEmitter(variant, isWindows).Emit();
        CodeCheck.Verify(code);
        return code;
    }

    private byte[] Emit()
    {
        Enter();
        Label block = _asm.CreateLabel(), next = _asm.CreateLabel(), done = _asm.CreateLabel();
        _asm.Label(ref block);
        if (_keepsWeights)
        {
            for (int i = 0; i < _variant.WeightVectors; i++)
            {
                _v.Vmovups(_variant.Alive * _variant.Vectors + i, Data(i));
            }
        }

        _asm.mov(r12, Field(nameof(DepthwiseArguments.FirstColumn)));
        _asm.mov(r9, Field(nameof(DepthwiseArguments.Output)));
        _asm.mov(r10, Field(nameof(DepthwiseArguments.Outputs)));

        // Columns before those that complete the first output.
        int ramp = _variant.KernelWidth - _variant.Stride;
        for (int c = 0; c < ramp; c++)
        {
            Column(c, firstOutput: 0);
        }

        _asm.Label(ref next);
        for (int p = 0; p < _variant.Alive; p++)
        {
            for (int i = 0; i < _variant.Stride; i++)
            {
                // A large base keeps the numbers of the outputs positive; they count modulo Alive.
                Column((p + (_variant.Alive * 4)) * _variant.Stride + ramp + i, firstOutput: int.MinValue);
            }

            Store(p);
            _asm.add(r9, r11);
            _asm.dec(r10);
            _asm.jz(done);
        }

        _asm.jmp(next);
        _asm.Label(ref done);
        for (int i = 0; i < _variant.KernelHeight; i++)
        {
            if (i < RegisterRows)
            {
                _asm.add(s_rowRegisters[i], BlockInputBytes);
            }
            else
            {
                _asm.add(RowInMemory(i), BlockInputBytes);
            }
        }

        _asm.add(rbx, _variant.BlockBytes);
        _asm.add(Field(nameof(DepthwiseArguments.Output)), IsFloat ? _variant.BlockChannels * 4 : _variant.BlockChannels);
        _asm.dec(Field(nameof(DepthwiseArguments.Blocks)));
        _asm.jnz(block);
        _asm.mov(rax, Field(nameof(DepthwiseArguments.Rows)));
        for (int i = 0; i < RegisterRows; i++)
        {
            _asm.mov(__[rax + 8 * i], s_rowRegisters[i]);
        }

        _frame.Leave();
        return _v.Assemble();
    }

    // Windows of more rows than there are registers keep the further addresses in memory, and a register points there.
    private int RegisterRows => _variant.KernelHeight <= s_rowRegisters.Length ? _variant.KernelHeight : s_rowRegisters.Length - 1;

    private static AssemblerMemoryOperand RowInMemory(int row) => __qword_ptr[s_rowRegisters[^1] + 8 * row];

    private int BlockInputBytes => IsFloat ? _variant.BlockChannels * 4 : _variant.BlockChannels;

    private void Enter()
    {
        _frame.Enter();

        if (_variant.HasTail)
        {
            // k1 = channels of the block; for fp32 k2 = those of its second vector.
            _asm.mov(rcx, Field(nameof(DepthwiseArguments.Channels)));
            _asm.mov(eax, 1);
            _asm.shl(rax, cl);
            _asm.dec(rax);
            _asm.kmovq(k1, rax);
            _asm.kshiftrq(k2, k1, 16);
        }

        _asm.mov(rax, Field(nameof(DepthwiseArguments.Rows)));
        for (int i = 0; i < RegisterRows; i++)
        {
            _asm.mov(s_rowRegisters[i], __[rax + 8 * i]);
        }

        if (RegisterRows < _variant.KernelHeight)
        {
            _asm.mov(s_rowRegisters[^1], rax);
        }

        _asm.mov(r13, Field(nameof(DepthwiseArguments.Limit)));
        _asm.mov(r14, Field(nameof(DepthwiseArguments.InputStride)));
        _asm.mov(r15, Field(nameof(DepthwiseArguments.Padding)));
        _asm.mov(r11, Field(nameof(DepthwiseArguments.OutputStride)));
        _asm.mov(rbx, Field(nameof(DepthwiseArguments.Weights)));
        _v.Add(Instruction.Create(Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, _v.V(_zero), _v.V(_zero), _v.V(_zero)));
    }

    // One input column: load it or padding, add it to every output from firstOutput on that it reaches.
    private void Column(int column, int firstOutput)
    {
        _asm.cmp(r12, r13);
        int lastOutput = column / _variant.Stride, lowest = Math.Max(firstOutput, -((_variant.KernelWidth - 1 - column) / _variant.Stride));
        if (column >= _variant.KernelWidth)
        {
            lowest = (column - _variant.KernelWidth + _variant.Stride) / _variant.Stride;
        }

        for (int p = lowest; p <= lastOutput; p++)
        {
            if (column - p * _variant.Stride == 0)
            {
                StartAtBias(p % _variant.Alive);
            }
        }

        if (IsFloat)
        {
            FloatColumn(column, lowest, lastOutput);
        }
        else
        {
            ByteColumn(column, lowest, lastOutput);
        }

        _asm.add(r12, r14);
    }

    private void StartAtBias(int slot)
    {
        for (int v = 0; v < _variant.Vectors; v++)
        {
            _v.Vmovups(slot * _variant.Vectors + v, Data(_variant.WeightVectors + v));
        }
    }

    // Uses the flags of the comparison with the limit; the address moves leave them alone.
    private void Address(int row)
    {
        AssemblerRegister64 start = rax;
        if (row < RegisterRows)
        {
            start = s_rowRegisters[row];
        }
        else
        {
            _asm.mov(rax, RowInMemory(row));
        }

        _asm.lea(rax, __[start + r12]);
        _asm.cmovae(rax, r15);
    }

    private void FloatColumn(int column, int lowest, int lastOutput)
    {
        for (int row = 0; row < _variant.KernelHeight; row++)
        {
            Address(row);
            int x = _temporaries + row % 2 * 2;
            for (int v = 0; v < 2; v++)
            {
                Load(x + v, VectorAssembler.At(rax, 64 * v), v);
            }

            for (int p = lowest; p <= lastOutput; p++)
            {
                int kx = column - p * _variant.Stride;
                for (int v = 0; v < 2; v++)
                {
                    int weight = (row * _variant.KernelWidth + kx) * 2 + v, sum = p % _variant.Alive * 2 + v;
                    if (_keepsWeights)
                    {
                        _v.Vfmadd231ps(sum, x + v, _variant.Alive * 2 + weight);
                    }
                    else
                    {
                        _v.Vfmadd231ps(sum, x + v, Data(weight));
                    }
                }
            }
        }
    }

    private void ByteColumn(int column, int lowest, int lastOutput)
    {
        for (int group = 0; group * 4 < _variant.KernelHeight; group++)
        {
            int rows = Math.Min(4, _variant.KernelHeight - 4 * group), x = _temporaries;
            int a = x + 4, b = x + 5;

            // Pairs of rows 0 and 1 in x and x + 2, of rows 2 and 3 in x + 1 and x + 3; then pairs of pairs.
            Interleave(4 * group, rows >= 2, x, x + 2, a, b);
            if (rows > 2)
            {
                Interleave(4 * group + 2, rows == 4, x + 1, x + 3, a, b);
            }

            int low = rows > 2 ? x + 1 : _zero, high = rows > 2 ? x + 3 : _zero;
            Unpack(Code.EVEX_Vpunpcklwd_zmm_k1z_zmm_zmmm512, a, x, low);
            Unpack(Code.EVEX_Vpunpckhwd_zmm_k1z_zmm_zmmm512, x + 1, x, low);
            Unpack(Code.EVEX_Vpunpcklwd_zmm_k1z_zmm_zmmm512, b, x + 2, high);
            Unpack(Code.EVEX_Vpunpckhwd_zmm_k1z_zmm_zmmm512, x + 3, x + 2, high);
            int[] quarters = [a, x + 1, b, x + 3];
            for (int p = lowest; p <= lastOutput; p++)
            {
                int kx = column - p * _variant.Stride;
                for (int q = 0; q < 4; q++)
                {
                    int weight = (group * _variant.KernelWidth + kx) * 4 + q, sum = p % _variant.Alive * 4 + q;
                    if (_keepsWeights)
                    {
                        _v.Vpdpbusd(sum, quarters[q], _variant.Alive * 4 + weight, evex: true);
                    }
                    else
                    {
                        _v.Add(Instruction.Create(Code.EVEX_Vpdpbusd_zmm_k1z_zmm_zmmm512b32, _v.V(sum), _v.V(quarters[q]), Data(weight)));
                    }
                }
            }
        }
    }

    private void Interleave(int row, bool hasSecond, int low, int high, int a, int b)
    {
        Address(row);
        Load(a, VectorAssembler.At(rax), 0);
        if (hasSecond)
        {
            Address(row + 1);
            Load(b, VectorAssembler.At(rax), 0);
        }

        Unpack(Code.EVEX_Vpunpcklbw_zmm_k1z_zmm_zmmm512, low, a, hasSecond ? b : _zero);
        Unpack(Code.EVEX_Vpunpckhbw_zmm_k1z_zmm_zmmm512, high, a, hasSecond ? b : _zero);
    }

    private void Unpack(Code code, int target, int a, int b) => _v.Add(Instruction.Create(code, _v.V(target), _v.V(a), _v.V(b)));

    private void Load(int target, MemoryOperand source, int vector)
    {
        Code code = IsFloat ? Code.EVEX_Vmovups_zmm_k1z_zmmm512 : _variant.HasTail ? Code.EVEX_Vmovdqu8_zmm_k1z_zmmm512 : Code.EVEX_Vmovdqu64_zmm_k1z_zmmm512;
        Instruction load = Instruction.Create(code, _v.V(target), source);
        if (_variant.HasTail)
        {
            load.OpMask = vector == 0 ? Register.K1 : Register.K2;
            load.ZeroingMasking = true;
        }

        _v.Add(load);
    }

    private void Store(int slot)
    {
        int first = slot * _variant.Vectors, bound = _temporaries;
        _asm.mov(rax, Field(nameof(DepthwiseArguments.Epilogue)));
        if (_variant.ClampsLow)
        {
            _v.Vbroadcastss(bound, Constant(nameof(EpilogueData.Low)));
        }

        if (_variant.ClampsHigh)
        {
            _v.Vbroadcastss(bound + 1, Constant(nameof(EpilogueData.High)));
        }

        for (int v = 0; v < _variant.Vectors; v++)
        {
            int x = first + v;
            if (!IsFloat)
            {
                _v.Vcvtdq2ps(x, x);
                _v.Vmulps(x, x, Data(_variant.WeightVectors + _variant.Vectors + v));
            }

            if (_variant.ClampsLow)
            {
                _v.Vmaxps(x, bound, x);
            }

            if (_variant.ClampsHigh)
            {
                _v.Vminps(x, bound + 1, x);
            }

            if (!IsFloat)
            {
                _v.Vcvtps2dq(x, x);
                continue;
            }

            Instruction store = Instruction.Create(Code.EVEX_Vmovups_zmmm512_k1z_zmm, VectorAssembler.At(r9, 64 * v), _v.V(x));
            if (_variant.HasTail)
            {
                store.OpMask = v == 0 ? Register.K1 : Register.K2;
            }

            _v.Add(store);
        }

        if (!IsFloat)
        {
            _v.Vpackssdw(first, first, first + 1);
            _v.Vpackssdw(first + 2, first + 2, first + 3);
            if (_variant.HasZeroPoint)
            {
                _v.Vbroadcastss(bound + 2, Constant(nameof(EpilogueData.PackedZeroPoint)));
                _v.Vpaddsw(first, first, bound + 2);
                _v.Vpaddsw(first + 2, first + 2, bound + 2);
            }

            _v.Vpackwb(first, first, first + 2, _variant.IsOutputSigned);
            Code code = _variant.HasTail ? Code.EVEX_Vmovdqu8_zmmm512_k1z_zmm : Code.EVEX_Vmovdqu64_zmmm512_k1z_zmm;
            _v.Add(Instruction.Create(code, VectorAssembler.At(r9), _v.V(first)), _variant.HasTail);
        }
    }

    private MemoryOperand Data(int vector) => VectorAssembler.At(rbx, (long)_variant.VectorBytes * vector);

    private static MemoryOperand Constant(string name) => VectorAssembler.At(rax, (int)Marshal.OffsetOf<EpilogueData>(name));

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rbp + (int)Marshal.OffsetOf<DepthwiseArguments>(name)];
}
