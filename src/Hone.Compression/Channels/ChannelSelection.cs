namespace Hone.Compression.Channels;

/// <summary>Which channels are removed.</summary>
internal sealed class ChannelSelection(ChannelAtoms atoms, IEnumerable<int> removed)
{
    private readonly HashSet<int> _removed = [.. removed.Select(atoms.Find)];

    internal bool IsEmpty => _removed.Count == 0;

    internal bool Keeps(int atom) => !_removed.Contains(atoms.Find(atom));

    internal void Restore(int atom) => _removed.Remove(atoms.Find(atom));

    /// <summary>The places that stay.</summary>
    internal int[] Kept(int[] vector) => [.. Enumerable.Range(0, vector.Length).Where(i => Keeps(vector[i]))];

    /// <summary>How many places stay.</summary>
    internal int Count(int[] vector) => vector.Count(Keeps);
}
