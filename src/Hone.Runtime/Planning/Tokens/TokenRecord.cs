namespace Hone.Runtime.Planning.Tokens;

/// <summary>Which tokens a run works on, in the memory of the run: all that are no padding, sequence after sequence.</summary>
/// <param name="memory">As many numbers as <see cref="Size"/> says; the first is <see cref="Count"/>.</param>
/// <param name="grid">All tokens.</param>
internal readonly unsafe struct TokenRecord(byte* memory, TokenGrid grid)
{
    private readonly int* _memory = (int*)memory;

    /// <summary>Number of tokens.</summary>
    internal ref int Count => ref _memory[0];

    /// <summary>1 where the masks leave something else out than padding: then all tokens are listed, and the masks are applied as they are.</summary>
    internal ref int KeepsPadding => ref _memory[1];

    /// <summary>The first token of every sequence, and the end of the last.</summary>
    internal int* Offsets => _memory + 2;

    /// <summary>For every token its sequence times the length plus its position.</summary>
    internal int* Positions => _memory + 2 + grid.Batch + 1;

    /// <summary>Numbers that a record takes.</summary>
    internal static long Size(TokenGrid grid) => 2 + grid.Batch + 1 + grid.Count;

    /// <summary>The number of tokens in the record at an address.</summary>
    internal static int CountAt(byte* memory) => *(int*)memory;
}
