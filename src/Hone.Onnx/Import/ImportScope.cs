using Hone.Graphs;

namespace Hone.Onnx.Import;

/// <summary>What names mean at one place of a file: in a graph, in a graph nested in it, or in the body of a function.</summary>
internal sealed class ImportScope
{
    private readonly ImportScope? _outer;
    private readonly Dictionary<string, Value?> _values = new(StringComparer.Ordinal);

    /// <summary>Opens the scope of a main graph or of a function's body, which sees nothing around it.</summary>
    /// <param name="opsets">The operator sets that nodes here mean.</param>
    /// <param name="prefix">Put before the names of values and nodes, so that two calls of one function differ.</param>
    /// <param name="arguments">The values of the function's attributes; null outside of functions.</param>
    internal ImportScope(Opsets opsets, string prefix = "", IReadOnlyDictionary<string, object>? arguments = null)
    {
        Opsets = opsets;
        Prefix = prefix;
        Arguments = arguments;
    }

    /// <summary>Opens the scope of a nested graph.</summary>
    internal ImportScope(ImportScope outer)
        : this(outer.Opsets, outer.Prefix, outer.Arguments) => _outer = outer;

    internal Opsets Opsets { get; }

    internal string Prefix { get; }

    internal IReadOnlyDictionary<string, object>? Arguments { get; }

    /// <summary>The value of a name, null where a function's optional input is left out.</summary>
    /// <exception cref="ModelFormatException">Nothing has that name.</exception>
    internal Value? Find(string name)
    {
        for (ImportScope? scope = this; scope is not null; scope = scope._outer)
        {
            if (scope._values.TryGetValue(name, out Value? value))
                return value;
        }

        throw new ModelFormatException($"Nothing produces the value '{name}'.");
    }

    /// <exception cref="ModelFormatException">The name has a meaning already.</exception>
    internal void Define(string name, Value? value)
    {
        if (!_values.TryAdd(name, value))
            throw new ModelFormatException($"The value '{name}' is produced twice.");
    }
}
