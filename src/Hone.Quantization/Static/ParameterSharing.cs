using Hone.Graphs;

namespace Hone.Quantization.Static;

/// <summary>Collects values into groups that share a scale and a zero point.</summary>
internal sealed class ParameterSharing
{
    private readonly Dictionary<Value, List<Value>> _groups = [];
    private readonly HashSet<Value> _derived = [];

    internal bool Contains(Value value) => _groups.ContainsKey(value);

    internal void Add(Value value)
    {
        if (!_groups.ContainsKey(value))
            _groups.Add(value, [value]);
    }

    /// <summary>Puts a value into the group of another one.</summary>
    /// <param name="anchor">A value that has a group.</param>
    /// <param name="value">Joins, with all that it shares already.</param>
    /// <param name="isDerived">Whether its elements are the anchor's, so that observing it would add nothing.</param>
    internal void Share(Value anchor, Value value, bool isDerived)
    {
        Add(value);
        if (isDerived)
            _derived.Add(value);
        List<Value> target = _groups[anchor];
        List<Value> source = _groups[value];
        if (ReferenceEquals(target, source))
            return;
        target.AddRange(source);
        foreach (Value member in source)
            _groups[member] = target;
    }

    /// <summary>The groups in the order in which they were begun.</summary>
    /// <param name="isMember">Which values are rounded; the others are only observed.</param>
    internal IReadOnlyList<ActivationPlacement> Groups(Func<Value, bool> isMember) =>
    [
        .. _groups.Values.Distinct()
            .Select(g => new ActivationPlacement([.. g.Where(v => !_derived.Contains(v))], [.. g.Where(isMember)]))
            .Where(p => p.Members.Count > 0 && p.Observed.Count > 0),
    ];
}
