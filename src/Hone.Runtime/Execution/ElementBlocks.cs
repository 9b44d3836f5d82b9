namespace Hone.Runtime.Execution;

/// <summary>Cuts a run of elements into blocks for the threads.</summary>
internal static class ElementBlocks
{
    /// <summary>Elements per block: small enough for a second-level cache, large enough to be worth a turn.</summary>
    internal const nint Size = 1 << 14;

    internal static int Count(nint elements) => (int)((elements + Size - 1) / Size);

    internal static nint Length(int block, nint elements) => Math.Min(Size, elements - block * Size);
}
