using System.Diagnostics;
using Iced.Intel;

namespace Hone.Kernels.Emit;

/// <summary>Decodes emitted code back: every byte up to the return must be a valid instruction.</summary>
internal static class CodeCheck
{
    /// <summary>Checks in debug builds; tests call <see cref="Decode"/> in every build.</summary>
    [Conditional("DEBUG")]
    internal static void Verify(byte[] code) => Decode(code);

    /// <summary>The instructions up to and including the return.</summary>
    /// <exception cref="InvalidOperationException">An instruction is invalid, jumps outside the code, or no return is reached.</exception>
    internal static IReadOnlyList<Instruction> Decode(byte[] code)
    {
        Decoder decoder = Decoder.Create(64, code);
        List<Instruction> instructions = [];
        while (decoder.IP < (ulong)code.Length)
        {
            Instruction instruction = decoder.Decode();
            if (instruction.IsInvalid || (instruction.IsJccShortOrNear && instruction.NearBranchTarget >= (ulong)code.Length))
            {
                throw new InvalidOperationException($"Emitted code is wrong at {instruction.IP}: {instruction}.");
            }

            instructions.Add(instruction);
            if (instruction.Code == Code.Retnq)
            {
                return instructions;
            }
        }

        throw new InvalidOperationException("Emitted code has no return.");
    }
}
