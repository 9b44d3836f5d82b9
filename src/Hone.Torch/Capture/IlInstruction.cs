using System.Reflection.Emit;

namespace Hone.Torch.Capture;

/// <summary>One instruction of a method body.</summary>
/// <param name="Offset">Where the opcode starts.</param>
/// <param name="OpCode">The opcode.</param>
/// <param name="Operand">Where the operand starts.</param>
internal readonly record struct IlInstruction(int Offset, OpCode OpCode, int Operand);
