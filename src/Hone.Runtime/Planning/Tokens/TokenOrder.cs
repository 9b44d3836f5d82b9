namespace Hone.Runtime.Planning.Tokens;

/// <summary>How the tokens of a value follow one another while padding is among them; without it, sequence always follows sequence.</summary>
internal enum TokenOrder
{
    /// <summary>[batch, length, ...].</summary>
    SequenceMajor,

    /// <summary>[length, batch, ...].</summary>
    PositionMajor,
}
