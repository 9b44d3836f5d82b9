using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Hone.Kernels.Emit;

/// <summary>How an emitted function of one pointer begins and ends: registers of the caller saved and restored, the pointer in rbp.</summary>
/// <param name="v">Where the code goes.</param>
/// <param name="isWindows">True for the calling convention of Windows x64 (pointer in rcx, xmm6 to xmm15 belong to the caller), false for System V (pointer in
/// rdi).</param>
/// <param name="saved">General-purpose registers to save; rbp among them.</param>
internal sealed class EmittedFrame(VectorAssembler v, bool isWindows, AssemblerRegister64[] saved)
{
    private const int FirstSavedVector = 6, SavedVectors = 10, VectorBytes = 16;

    /// <summary>The beginning of the function.</summary>
    internal void Enter()
    {
        foreach (AssemblerRegister64 register in saved)
        {
            v.Asm.push(register);
        }

        v.Asm.mov(rbp, isWindows ? rcx : rdi);
        if (isWindows)
        {
            v.Asm.sub(rsp, SavedVectors * VectorBytes);
            for (int i = 0; i < SavedVectors; i++)
            {
                v.Add(Instruction.Create(Code.VEX_Vmovups_xmmm128_xmm, VectorAssembler.At(rsp, VectorBytes * i), VectorAssembler.X(FirstSavedVector + i)));
            }
        }
    }

    /// <summary>The end of the function, its return included.</summary>
    internal void Leave()
    {
        v.Asm.vzeroupper();
        if (isWindows)
        {
            for (int i = 0; i < SavedVectors; i++)
            {
                v.Add(Instruction.Create(Code.VEX_Vmovups_xmm_xmmm128, VectorAssembler.X(FirstSavedVector + i), VectorAssembler.At(rsp, VectorBytes * i)));
            }

            v.Asm.add(rsp, SavedVectors * VectorBytes);
        }

        for (int i = saved.Length - 1; i >= 0; i--)
        {
            v.Asm.pop(saved[i]);
        }

        v.Asm.ret();
    }
}
