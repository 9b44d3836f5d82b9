using Hone.Kernels.Threading;
using Hone.Runtime.Planning.Tokens;

namespace Hone.Runtime.Execution;

/// <summary>Copies tokens from among padding to behind each other, or back with zeros at padding; one item is a sequence.</summary>
internal unsafe struct TokenCopyJob : IParallelJob
{
    internal TokenGrid Grid;
    internal TokenOrder Order;
    internal bool Restores;
    internal byte* Record;

    /// <summary>The tokens alone.</summary>
    internal byte* Tokens;

    /// <summary>All positions.</summary>
    internal byte* Padded;

    /// <summary>Bytes of a token.</summary>
    internal long Size;

    public readonly void Execute(int item)
    {
        TokenRecord record = new(Record, Grid);
        if (Restores)
            Restore(record, item);
        else
            Remove(record, item);
    }

    private readonly void Remove(TokenRecord record, int sequence)
    {
        for (int token = record.Offsets[sequence]; token < record.Offsets[sequence + 1]; token++)
            Buffer.MemoryCopy(At(sequence, record.Positions[token] - sequence * Grid.Length), Tokens + token * Size, Size, Size);
    }

    private readonly void Restore(TokenRecord record, int sequence)
    {
        int token = record.Offsets[sequence], end = record.Offsets[sequence + 1];
        for (long position = 0; position < Grid.Length; position++)
        {
            byte* target = At(sequence, position);
            if (token < end && record.Positions[token] == sequence * Grid.Length + position)
                Buffer.MemoryCopy(Tokens + token++ * Size, target, Size, Size);
            else
                new Span<byte>(target, checked((int)Size)).Clear();
        }
    }

    private readonly byte* At(long sequence, long position) =>
        Padded + (Order == TokenOrder.SequenceMajor ? sequence * Grid.Length + position : position * Grid.Batch + sequence) * Size;
}
