namespace Hone.Kernels.Recurrent;

/// <summary>Sizes of a recurrent layer, and how its columns are ordered once packed: blocks of units, inside a block gate after gate.</summary>
/// <param name="Kind">The cell.</param>
/// <param name="InputSize">Elements of an input row, at least 1.</param>
/// <param name="HiddenSize">Elements of the hidden state, at least 1.</param>
public sealed record RecurrentShape(RecurrentKind Kind, int InputSize, int HiddenSize)
{
    /// <value>Rows of the weights for each element of the hidden state.</value>
    public int Gates => Kind switch { RecurrentKind.Lstm => 4, RecurrentKind.GruResetAfter or RecurrentKind.GruResetBefore => 3, _ => 1 };

    /// <summary>Gates that the product of the hidden state has; a unit that resets first takes one of the reset state behind it.</summary>
    internal int GatesOfHidden => Kind == RecurrentKind.GruResetBefore ? 2 : Gates;

    /// <summary>Units that are finished together; where a product has few gates, more units fill a tile.</summary>
    internal int Units => Kind == RecurrentKind.Lstm || (Kind == RecurrentKind.GruResetAfter && HiddenSize % 64 != 0) ? 16 : 64;

    internal int Blocks => (HiddenSize + Units - 1) / Units;

    internal int PaddedHidden => Blocks * Units;

    /// <summary>Columns of a block.</summary>
    internal int BlockColumns => Gates * Units;

    /// <summary>Columns of all blocks.</summary>
    internal int Columns => Blocks * BlockColumns;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(InputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HiddenSize, 1);
    }

    /// <summary>Reorders rows [gates * hidden][width] to the order of the packed columns; rows of units that do not exist are zero.</summary>
    internal T[] Interleave<T>(ReadOnlySpan<T> rows, int width, int firstGate, int gateCount)
        where T : unmanaged
    {
        T[] result = new T[(long)Blocks * gateCount * Units * width];
        for (int unit = 0; unit < HiddenSize; unit++)
        {
            (int block, int inBlock) = Math.DivRem(unit, Units);
            for (int gate = 0; gate < gateCount; gate++)
            {
                int target = ((block * gateCount) + gate) * Units + inBlock, source = ((firstGate + gate) * HiddenSize) + unit;
                rows.Slice(source * width, width).CopyTo(result.AsSpan(target * width, width));
            }
        }

        return result;
    }
}
