using Hone.Graphs;

namespace Hone.Passes;

/// <summary>Reads and combines the permutations of Transpose nodes.</summary>
internal static class Permutations
{
    /// <summary>The permutation of a Transpose, the reversal where it is not given; null for another node or where the rank is not known.</summary>
    internal static long[]? Of(Node? node)
    {
        if (node?.Is("Transpose") != true)
            return null;
        return node.Attributes.GetInts("perm") ?? (node.Input(0)?.Shape is { } shape ? [.. Enumerable.Range(0, shape.Rank).Reverse().Select(i => (long)i)] : null);
    }

    /// <summary>The one that does <paramref name="first"/> and then <paramref name="second"/>.</summary>
    internal static long[] Compose(long[] first, long[] second) => Array.ConvertAll(second, axis => first[axis]);

    internal static long[] Invert(long[] permutation)
    {
        long[] inverse = new long[permutation.Length];
        for (int i = 0; i < inverse.Length; i++)
            inverse[permutation[i]] = i;
        return inverse;
    }
}
