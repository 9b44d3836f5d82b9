using Hone.Tensors;

namespace Hone.Runtime.Planning.Tokens;

/// <summary>All positions of a batch of sequences, padding included.</summary>
/// <param name="Batch">Number of sequences.</param>
/// <param name="Length">Positions of each.</param>
internal readonly record struct TokenGrid(long Batch, long Length)
{
    internal long Count => Batch * Length;

    /// <summary>How many leading axes of a shape count the tokens, so that the others are what one token has; -1 where there are no such axes.</summary>
    internal int LeadingAxes(TensorShape shape)
    {
        for (int axes = 0; axes <= shape.Rank; axes++)
        {
            if (shape.ElementCountOf(0, axes) == Count)
                return axes;
        }

        return -1;
    }

    /// <summary>The order when the two axes of tokens change places; with one sequence, or one position, both orders are the same.</summary>
    internal TokenOrder Swapped(TokenOrder order) =>
        Batch == 1 || Length == 1 ? TokenOrder.SequenceMajor : order == TokenOrder.SequenceMajor ? TokenOrder.PositionMajor : TokenOrder.SequenceMajor;
}
