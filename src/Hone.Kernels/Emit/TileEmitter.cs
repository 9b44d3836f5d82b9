using System.Runtime.InteropServices;
using Hone.Kernels.Gemm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Hone.Kernels.Emit;

/// <summary>
/// Writes tile kernels: for every tile, accumulators start at the bias, all taps and steps are summed in registers, then the epilogue
/// stores. The scalar
/// meaning is that of <see cref="TileArguments"/> with <see cref="Epilogue{S, V, I}"/>.
/// </summary>
/// <remarks>
/// One pointer comes in, in rdi (System V) or rcx (Windows). Registers: rbp arguments, rbx panel, r12 byte offset within a row, counting up
/// to 0,
/// r13 row table, r14 taps left, r15 bytes per tap, rax scratch, eight more for row addresses. The kernel advances Tiles, Outputs and
/// Residuals in place.
/// </remarks>
internal sealed partial class TileEmitter
{
    /// <summary>Steps that every tap must have for code that overlaps.</summary>
    internal const int LastSteps = 4;

    private const int Unroll = 4;
    private const int CacheLine = 64;

    private static readonly AssemblerRegister64[] s_rowRegisters = [rdi, rsi, rdx, rcx, r8, r9, r10, r11];
    private static readonly AssemblerRegister64[] s_groupRegisters = [rax, r11, r12, r14];
    private static readonly AssemblerRegister64[] s_saved = [rbx, rbp, rsi, rdi, r12, r13, r14, r15];

    private readonly TileKernel _kernel;
    private readonly TileVariant _variant;
    private readonly EmittedFrame _frame;
    private readonly VectorAssembler _v;
    private readonly Assembler _asm;
    private readonly bool _evexDot;
    private Label _order;

    private TileEmitter(TileKernel kernel, TileVariant variant, bool isWindows)
    {
        _kernel = kernel;
        _variant = variant;
        _v = new VectorAssembler(kernel.Lanes * 32);
        _asm = _v.Asm;
        _frame = new EmittedFrame(_v, isWindows, s_saved);
        _evexDot = kernel.Isa >= Cpu.Isa.Avx512Vnni;
        _order = _asm.CreateLabel();
    }

    private int Vectors => _variant.Vectors;

    private int Rows => _variant.Rows;

    /// <summary>Rows whose sums are taken together where rows go one by one: as many chains of sums as hide their latency.</summary>
    private int GroupRows => RowsOfGroup(Vectors);

    private int FirstFree => Rows * Vectors;

    private bool IsPairs => _kernel.Type == TileType.UInt8Int8 && _kernel.ElementsPerStep == 2;

    private int StepBytes => _kernel.ElementsPerStep * _kernel.ElementSize;

    /// <summary>Bytes of one step of the panel per vector: a whole vector, but half of one where bytes are widened to 16 bits on
    /// loading.</summary>
    private int PanelVectorBytes => _v.Bytes * StepBytes / 4;

    /// <summary>The machine code of one variant.</summary>
    /// <param name="kernel">An emitted kernel of the catalogue.</param>
    /// <param name="variant">What to fix in the code.</param>
    /// <param name="isWindows">True for the calling convention of Windows x64, false for System V.</param>
    internal static byte[] Emit(TileKernel kernel, TileVariant variant, bool isWindows)
    {
        TileEmitter emitter = new(kernel, variant, isWindows);
        byte[] code = variant.ResidentSteps > 0 ? emitter.EmitResident() : emitter.Emit();
        CodeCheck.Verify(code);
        return code;
    }

    private byte[] Emit()
    {
        Enter();
        Label tile = _asm.CreateLabel(), tap = _asm.CreateLabel(), last = _asm.CreateLabel();
        _asm.Label(ref tile);
        _asm.mov(rbx, Field(nameof(TileArguments.Panel)));
        StartAtBias();
        _asm.mov(r14, Field(nameof(TileArguments.Taps)));

        _asm.Label(ref tap);
        for (int i = 0; i < Rows; i++)
        {
            _asm.mov(s_rowRegisters[i], __[r13 + 8 * i]);
            _asm.add(s_rowRegisters[i], r15);
        }

        _asm.add(r13, 8 * Rows);
        _asm.dec(r14);
        if (_variant.Overlaps)
        {
            _asm.jz(last);
            SumSteps(keep: 0);
            _asm.jmp(tap);
            _asm.Label(ref last);
            SumSteps(LastSteps);
            SumAndStoreRows();
        }
        else
        {
            SumSteps(keep: 0);
            _asm.test(r14, r14);
            _asm.jnz(tap);
            BeginStore();
            for (int i = 0; i < Rows; i++)
            {
                StoreRow(i);
            }
        }

        EndStore();
        _asm.dec(Field(nameof(TileArguments.Tiles)));
        _asm.jnz(tile);
        return Finish();
    }

    private byte[] Finish()
    {
        _frame.Leave();
        if (IsCodes && _v.IsWide)
        {
            _asm.Label(ref _order);
            for (int d = 0; d < 16; d++)
            {
                _asm.dd(4 * (d % 4) + d / 4);
            }
        }

        return _v.Assemble();
    }

    private void Enter()
    {
        _frame.Enter();

        _asm.mov(r13, Field(nameof(TileArguments.Rows)));
        _asm.mov(r15, Field(nameof(TileArguments.Steps)));
        _asm.imul(r15, r15, StepBytes);
        if (MasksBytes)
        {
            // k2 = bytes of a row of codes.
            _asm.mov(rcx, Field(nameof(TileArguments.Columns)));
            _asm.mov(eax, 1);
            _asm.shl(rax, cl);
            _asm.dec(rax);
            _asm.kmovq(k2, rax);
        }

        if (_variant.HasTail)
        {
            // k1 = lanes of the last vector.
            _asm.mov(rcx, Field(nameof(TileArguments.Columns)));
            _asm.sub(rcx, (Vectors - 1) * _kernel.Lanes);
            _asm.mov(eax, 1);
            _asm.shl(eax, cl);
            _asm.dec(eax);
            _asm.kmovw(k1, eax);
        }
    }

    private void StartAtBias()
    {
        _asm.mov(rax, Field(nameof(TileArguments.Bias)));
        for (int j = 0; j < Vectors; j++)
        {
            _v.Vmovups(j, VectorAssembler.At(rax, j * _v.Bytes));
            for (int i = 1; i < Rows; i++)
            {
                _v.Vmovaps(Accumulator(i, j), j);
            }
        }
    }

    // Sums the steps of a tap but for the last ones that are kept for later.
    private void SumSteps(int keep)
    {
        Label main = _asm.CreateLabel(), rest = _asm.CreateLabel(), single = _asm.CreateLabel(), end = _asm.CreateLabel();
        int unrolled = Unroll * StepBytes, kept = keep * StepBytes;
        if (_variant.FetchedLines > 0)
        {
            _asm.mov(rax, Field(nameof(TileArguments.Next)));
        }

        _asm.mov(r12, r15);
        _asm.neg(r12);
        _asm.cmp(r12, -unrolled - kept);
        _asm.jg(rest);

        _asm.Label(ref main);
        for (int u = 0; u < Unroll; u++)
        {
            Step(u);
            for (int line = u * _variant.FetchedLines; line < (u + 1) * _variant.FetchedLines; line++)
            {
                _asm.prefetcht1(__[rax + line * CacheLine]);
            }
        }

        _asm.add(rbx, Unroll * Vectors * PanelVectorBytes);
        if (_variant.FetchedLines > 0)
        {
            _asm.add(rax, Unroll * _variant.FetchedLines * CacheLine);
        }

        _asm.add(r12, unrolled);
        _asm.cmp(r12, -unrolled - kept);
        _asm.jle(main);

        _asm.Label(ref rest);
        _asm.cmp(r12, -kept);
        _asm.jz(end);
        _asm.Label(ref single);
        Step(0);
        _asm.add(rbx, Vectors * PanelVectorBytes);
        _asm.add(r12, StepBytes);
        _asm.cmp(r12, -kept);
        _asm.jnz(single);
        _asm.Label(ref end);
        if (_variant.FetchedLines > 0)
        {
            _asm.mov(Field(nameof(TileArguments.Next)), rax);
        }
        else
        {
            _asm.nop();
        }
    }

    private static int RowsOfGroup(int vectors) => Math.Max(1, 4 / vectors);

    // The last steps row by row (or group by group), the sums of each beside the epilogue of the one before.
    private void SumAndStoreRows()
    {
        BeginStore();
        int panels = LastSteps * Vectors, first = FirstFree + MinFreeRegisters;
        bool keeps = first + panels <= _v.Registers;
        for (int j = 0; keeps && j < panels; j++)
        {
            _v.Vmovups(first + j, VectorAssembler.At(rbx, j * PanelVectorBytes));
        }

        for (int i = 0; i < Rows; i += GroupRows)
        {
            // The registers of the rows that are stored take panel vectors, which the rows to come read there.
            int count = Math.Min(GroupRows, Rows - i), freed = keeps ? 0 : Math.Max(0, i - GroupRows) * Vectors;
            for (int r = 0; r < count; r++)
            {
                _asm.mov(s_groupRegisters[r], __[r13 - 8 * (Rows - i - r)]);
            }

            for (int u = 0; u < LastSteps; u++)
            {
                for (int r = 0; r < count; r++)
                {
                    _v.Vbroadcastss(LastBroadcast, VectorAssembler.At(s_groupRegisters[r], (u - LastSteps) * StepBytes, r15));
                    for (int j = 0; j < Vectors; j++)
                    {
                        int panel = u * Vectors + j;
                        MemoryOperand memory = VectorAssembler.At(rbx, panel * PanelVectorBytes);
                        if (r == 0 && panel < freed && panel >= freed - GroupRows * Vectors)
                        {
                            _v.Vmovups(panel, memory);
                        }

                        MultiplyAdd(Accumulator(i + r, j), LastBroadcast, keeps ? first + panel : panel < freed ? panel : -1, memory);
                    }
                }
            }

            if (i > 0)
            {
                StoreRows(i - GroupRows, GroupRows);
            }
        }

        int last = (Rows - 1) / GroupRows * GroupRows;
        StoreRows(last, Rows - last);
    }

    // A panel vector in a register, or, with a negative number, in memory.
    private void MultiplyAdd(int sum, int a, int panel, MemoryOperand memory)
    {
        switch (_kernel.Type)
        {
            case TileType.Float32 when panel < 0: _v.Vfmadd231ps(sum, a, memory, IsHalf(sum)); break;
            case TileType.Float32: _v.Vfmadd231ps(sum, a, panel, IsHalf(sum)); break;
            case TileType.BFloat16 when panel < 0: _v.Vdpbf16ps(sum, a, memory); break;
            case TileType.BFloat16: _v.Vdpbf16ps(sum, a, panel); break;
            default:
                if (panel < 0)
                {
                    _v.Vpdpbusd(sum, a, memory);
                }
                else
                {
                    _v.Vpdpbusd(sum, a, panel, _evexDot);
                }

                break;
        }
    }

    private void Step(int step)
    {
        bool pairs = IsPairs;

        // Where registers are short, the last vectors of the panel are read from the cache by every row.
        int panel = FirstFree, free = _v.Registers - panel, panels = Math.Min(Vectors, free - 1), broadcast = panel + panels;
        int broadcasts = pairs ? 1 : Math.Min(4, _v.Registers - broadcast);
        for (int j = 0; j < panels; j++)
        {
            MemoryOperand source = Panel(step, j);
            if (pairs)
            {
                _v.Vpmovsxbw(panel + j, source);
            }
            else
            {
                _v.Vmovups(panel + j, source);
            }
        }

        for (int i = 0; i < Rows; i++)
        {
            MemoryOperand source = VectorAssembler.At(s_rowRegisters[i], step * StepBytes, r12);
            int a = broadcast + i % broadcasts;
            if (pairs)
            {
                _v.BroadcastBytePair(a, source);
            }
            else
            {
                _v.Vbroadcastss(a, source);
            }

            for (int j = 0; j < Vectors; j++)
            {
                if (!pairs)
                {
                    MultiplyAdd(Accumulator(i, j), a, j < panels ? panel + j : -1, Panel(step, j));
                    continue;
                }

                int product = broadcast + 1 + j % Math.Max(1, _v.Registers - broadcast - 1);
                _v.Vpmaddwd(product, a, panel + j);
                _v.Vpaddd(Accumulator(i, j), Accumulator(i, j), product);
            }
        }
    }

    // Sums that need the lower half of their registers only.
    private bool IsHalf(int sum) => _variant.HasHalf && sum % Vectors == Vectors - 1;

    private MemoryOperand Panel(int step, int vector) => VectorAssembler.At(rbx, (step * Vectors + vector) * PanelVectorBytes);

    private int Accumulator(int row, int vector) => row * Vectors + vector;

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rbp + (int)Marshal.OffsetOf<TileArguments>(name)];
}
