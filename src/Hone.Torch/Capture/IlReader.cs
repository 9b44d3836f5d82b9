using System.Reflection;
using System.Reflection.Emit;

namespace Hone.Torch.Capture;

/// <summary>Walks the instructions of a method body.</summary>
internal static class IlReader
{
    private const byte TwoBytePrefix = 0xfe;
    private static readonly OpCode[] s_oneByte = new OpCode[256];
    private static readonly OpCode[] s_twoByte = new OpCode[256];

    static IlReader()
    {
        foreach (FieldInfo field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            if (field.GetValue(null) is not OpCode code)
                continue;
            (code.Size == 1 ? s_oneByte : s_twoByte)[code.Value & 0xff] = code;
        }
    }

    public static IEnumerable<IlInstruction> Read(byte[] code)
    {
        for (int at = 0; at < code.Length;)
        {
            int start = at;
            OpCode opCode = code[at] == TwoBytePrefix ? s_twoByte[code[++at]] : s_oneByte[code[at]];
            int operand = ++at;
            at += opCode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, operand)),
                _ => 4,
            };
            yield return new IlInstruction(start, opCode, operand);
        }
    }
}
