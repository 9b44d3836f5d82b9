namespace Hone.Compression.Channels;

/// <summary>
/// The channels of a graph as atoms: what can only be removed together is one atom. Atoms of layers that are tied belong to one group.
/// </summary>
internal sealed class ChannelAtoms
{
    private readonly List<int> _parents = [];
    private readonly List<int> _groupParents = [];
    private readonly HashSet<int> _pinned = [];

    /// <value>Number of atoms ever made, united ones included.</value>
    internal int Count => _parents.Count;

    /// <summary>New atoms of one new group.</summary>
    internal int[] Create(long count)
    {
        int first = _parents.Count;
        for (int i = 0; i < count; i++)
        {
            _parents.Add(first + i);
            _groupParents.Add(first);
        }

        return [.. Enumerable.Range(first, (int)count)];
    }

    /// <summary>The atom that stands for all that it is united with.</summary>
    internal int Find(int atom) => Find(_parents, atom);

    /// <summary>The group of an atom.</summary>
    internal int GroupOf(int atom) => Find(_groupParents, atom);

    /// <summary>Makes two atoms one.</summary>
    internal void Unite(int left, int right)
    {
        (int a, int b) = (Find(left), Find(right));
        UniteGroups(left, right);
        if (a == b)
            return;
        _parents[b] = a;
        if (_pinned.Remove(b))
            _pinned.Add(a);
    }

    /// <summary>Forbids the removal of an atom.</summary>
    internal void Pin(int atom) => _pinned.Add(Find(atom));

    /// <summary>Whether an atom must stay.</summary>
    internal bool IsPinned(int atom) => _pinned.Contains(Find(atom));

    private void UniteGroups(int left, int right) => _groupParents[Find(_groupParents, right)] = Find(_groupParents, left);

    private static int Find(List<int> parents, int atom)
    {
        while (parents[atom] != atom)
            atom = parents[atom] = parents[parents[atom]];
        return atom;
    }
}
