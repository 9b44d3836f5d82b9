using Hone.Graphs;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Attention;

/// <summary>Where queries, keys or values come from: the value itself, or what a transposition makes it from.</summary>
/// <param name="Value">What is read.</param>
/// <param name="Permutation">Axis of the value for batch, head, row and element; null for rank 3, whose heads lie in the last axis.</param>
internal sealed record HeadSource(Value Value, long[]? Permutation)
{
    private static readonly long[] s_split = [0, 1, 2, 3];

    internal static HeadSource Of(Value value)
    {
        if (value.Shape!.Rank == 3)
            return new HeadSource(value, null);
        bool isMovement = value.Producer is { } node && node.Is("Transpose") && node.Attributes.GetInts("perm") is [_, _, _, 3] && node.Inputs[0]!.DataType == DataType.Float32;
        return isMovement ? new HeadSource(value.Producer!.Inputs[0]!, value.Producer.Attributes.GetInts("perm")) : new HeadSource(value, s_split);
    }

    /// <summary>Whether a transposition turns [batch, head, row, element] to [batch, row, head, element] or to [row, batch, head, element].</summary>
    internal static bool JoinsHeads(Node transpose) => transpose.Attributes.GetInts("perm") is [0, 2, 1, 3] or [2, 0, 1, 3];

    /// <summary>Batch, heads, rows and elements.</summary>
    internal long[] Sizes(TensorShape shape, long heads) =>
        Permutation is null ? [shape[0], heads, shape[1], shape[2] / heads] : [.. Permutation.Select(axis => shape[(int)axis])];

    /// <summary>Elements from one batch entry, head and row to the next.</summary>
    internal (nint Batch, nint Head, nint Row) Strides(TensorShape shape, long heads)
    {
        if (Permutation is null)
            return ((nint)(shape[1] * shape[2]), (nint)(shape[2] / heads), (nint)shape[2]);
        long[] strides = shape.Strides();
        return ((nint)strides[Permutation[0]], (nint)strides[Permutation[1]], (nint)strides[Permutation[2]]);
    }

    /// <summary>How tokens with all their heads lie behind each other; null where they do not.</summary>
    internal TokenOrder? Order(TensorShape shape, long heads, TokenGrid grid)
    {
        (nint batch, _, nint row) = Strides(shape, heads);
        long token = shape.ElementCount / grid.Count;
        if ((row == token || grid.Length == 1) && (batch == token * grid.Length || grid.Batch == 1))
            return TokenOrder.SequenceMajor;
        return batch == token && row == token * grid.Batch ? TokenOrder.PositionMajor : null;
    }
}
