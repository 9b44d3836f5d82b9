using Hone.Kernels.Gemm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Hone.Kernels.Emit;

/// <summary>Short sums: the whole strip of the panel stays in registers, and rows follow each other without the start and end of a tile.</summary>
internal sealed partial class TileEmitter
{
    /// <summary>True if a strip of that many steps fits the registers beside the sums of a row and what an epilogue needs.</summary>
    internal static bool CanReside(TileKernel kernel, nint steps, int vectors) =>
        kernel.CanOverlap && steps * vectors + RowsOfGroup(vectors) * vectors + MinFreeRegisters <= 32;

    /// <summary>Rows of the variant of resident code.</summary>
    internal static int ResidentRows(int vectors) => RowsOfGroup(vectors);

    private byte[] EmitResident()
    {
        System.Diagnostics.Debug.Assert(Rows == GroupRows, "Resident code takes one group at a time.");
        Enter();
        int panel = FirstFree + MinFreeRegisters;
        _asm.mov(rbx, Field(nameof(TileArguments.Panel)));
        for (int i = 0; i < _variant.ResidentSteps * Vectors; i++)
        {
            _v.Vmovups(panel + i, VectorAssembler.At(rbx, i * PanelVectorBytes));
        }

        BeginStore();
        if (_variant.HasStrides)
        {
            _asm.mov(r15, Field(nameof(TileArguments.SourceStride)));
            _asm.add(rsi, Field(nameof(TileArguments.OutputOffset)));
            if (AddsResidual)
            {
                _asm.add(rdi, Field(nameof(TileArguments.ResidualOffset)));
            }
        }

        _asm.mov(rbx, Field(nameof(TileArguments.Bias)));
        _asm.mov(rax, Field(nameof(TileArguments.Tiles)));
        _asm.imul(rax, Field(nameof(TileArguments.RowsPerTile)));
        _asm.mov(Field(nameof(TileArguments.Tiles)), rax);
        Label group = _asm.CreateLabel(), rest = _asm.CreateLabel(), single = _asm.CreateLabel(), end = _asm.CreateLabel();
        if (Rows > 1)
        {
            _asm.sub(Field(nameof(TileArguments.Tiles)), Rows);
            _asm.jl(rest);
            _asm.Label(ref group);
            ResidentRowsOf(Rows, panel);
            _asm.sub(Field(nameof(TileArguments.Tiles)), Rows);
            _asm.jge(group);
            _asm.Label(ref rest);
            _asm.add(Field(nameof(TileArguments.Tiles)), Rows);
            _asm.jz(end);
        }

        _asm.Label(ref single);
        ResidentRowsOf(1, panel);
        _asm.dec(Field(nameof(TileArguments.Tiles)));
        _asm.jnz(single);
        _asm.Label(ref end);
        _asm.nop();
        return Finish();
    }

    private void ResidentRowsOf(int count, int panel)
    {
        for (int r = 0; r < count; r++)
        {
            PointSource(r);
            for (int j = 0; j < Vectors; j++)
            {
                _v.Vmovups(Accumulator(r, j), VectorAssembler.At(rbx, j * _v.Bytes));
            }
        }

        for (int u = 0; u < _variant.ResidentSteps; u++)
        {
            for (int r = 0; r < count; r++)
            {
                _v.Vbroadcastss(LastBroadcast, VectorAssembler.At(s_groupRegisters[r], u * StepBytes));
                for (int j = 0; j < Vectors; j++)
                {
                    _v.Vpdpbusd(Accumulator(r, j), LastBroadcast, panel + u * Vectors + j, _evexDot);
                }
            }
        }

        if (_variant.HasStrides)
        {
            _asm.lea(r13, __[s_groupRegisters[count - 1] + r15]);
        }

        StoreRows(0, count);
        if (_variant.HasStrides)
        {
            return;
        }

        _asm.add(r13, 8 * count);
        _asm.add(rsi, 8 * count);
        if (AddsResidual)
        {
            _asm.add(rdi, 8 * count);
        }
    }

    private void PointSource(int row)
    {
        if (!_variant.HasStrides)
        {
            _asm.mov(s_groupRegisters[row], __[r13 + 8 * row]);
        }
        else if (row == 0)
        {
            _asm.mov(s_groupRegisters[0], r13);
        }
        else
        {
            _asm.lea(s_groupRegisters[row], __[s_groupRegisters[row - 1] + r15]);
        }
    }
}
