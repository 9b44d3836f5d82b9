using System.Collections.ObjectModel;

namespace Hone.Weights.Pickle;

/// <summary>A dictionary as a pickle builds it: in order, with keys of any kind, of which only text is ever looked up.</summary>
internal sealed class PickleDictionary
{
    // Made when needed: a hostile pickle may hold millions of empty ones.
    private OrderedDictionary<string, object?>? _named;

    /// <summary>The entries whose key is text; a later one replaces an earlier one of the same key.</summary>
    internal IReadOnlyDictionary<string, object?> Named => _named is null ? ReadOnlyDictionary<string, object?>.Empty : _named;

    internal void Set(object? key, object? value)
    {
        // Other keys (the parameter numbers of an optimizer, tuples) are of no use to anyone here.
        if (key is string name)
            (_named ??= new OrderedDictionary<string, object?>(StringComparer.Ordinal))[name] = value;
    }
}
