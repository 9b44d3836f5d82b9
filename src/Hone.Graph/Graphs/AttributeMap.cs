using System.Collections;
using System.Collections.Frozen;
using Hone.Tensors;

namespace Hone.Graphs;

/// <summary>The attributes of a node, by their ONNX names. Immutable.</summary>
/// <remarks>
/// A value is one of <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, <see cref="Tensor"/>, <see cref="Graph"/>, or an array of
/// <see cref="long"/>, <see cref="float"/> or <see cref="string"/>.
/// </remarks>
public sealed class AttributeMap : IReadOnlyCollection<KeyValuePair<string, object>>
{
    private readonly FrozenDictionary<string, object> _values;

    /// <summary>Creates a map from name-value pairs; integers, floats and booleans of other widths are widened to the types above.</summary>
    /// <exception cref="ArgumentException">A value has a type that ONNX attributes do not have, or a name occurs twice.</exception>
    public AttributeMap(IEnumerable<KeyValuePair<string, object>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Dictionary<string, object> normalized = new(StringComparer.Ordinal);
        foreach ((string name, object value) in values)
        {
            if (!normalized.TryAdd(name, Normalize(name, value)))
                throw new ArgumentException($"The attribute '{name}' is given twice.", nameof(values));
        }

        _values = normalized.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <value>No attributes.</value>
    public static AttributeMap Empty { get; } = new([]);

    /// <value>Number of attributes.</value>
    public int Count => _values.Count;

    /// <summary>Creates a map from name-value pairs in line.</summary>
    public static AttributeMap Of(params ReadOnlySpan<(string Name, object Value)> values)
    {
        List<KeyValuePair<string, object>> pairs = [];
        foreach ((string name, object value) in values)
            pairs.Add(new(name, value));
        return new AttributeMap(pairs);
    }

    /// <summary>Whether the attribute is given.</summary>
    public bool Contains(string name) => _values.ContainsKey(name);

    /// <summary>An integer, or the default where the attribute is not given.</summary>
    /// <exception cref="HoneException">The attribute has another type.</exception>
    public long GetInt(string name, long defaultValue) => Find(name) is { } value ? Cast<long>(name, value) : defaultValue;

    /// <summary>An integer that is 0 or 1, or the default.</summary>
    /// <inheritdoc cref="GetInt"/>
    public bool GetBool(string name, bool defaultValue = false) => GetInt(name, defaultValue ? 1 : 0) != 0;

    /// <summary>A float, or the default.</summary>
    /// <inheritdoc cref="GetInt"/>
    public float GetFloat(string name, float defaultValue) => Find(name) is { } value ? Cast<float>(name, value) : defaultValue;

    /// <summary>A string, or the default.</summary>
    /// <inheritdoc cref="GetInt"/>
    public string GetString(string name, string defaultValue) => Find(name) is { } value ? Cast<string>(name, value) : defaultValue;

    /// <summary>Integers, or null where the attribute is not given. Do not write to the array.</summary>
    /// <inheritdoc cref="GetInt"/>
    public long[]? GetInts(string name) => Find(name) is { } value ? Cast<long[]>(name, value) : null;

    /// <summary>Floats, or null where the attribute is not given. Do not write to the array.</summary>
    /// <inheritdoc cref="GetInt"/>
    public float[]? GetFloats(string name) => Find(name) is { } value ? Cast<float[]>(name, value) : null;

    /// <summary>Strings, or null where the attribute is not given. Do not write to the array.</summary>
    /// <inheritdoc cref="GetInt"/>
    public string[]? GetStrings(string name) => Find(name) is { } value ? Cast<string[]>(name, value) : null;

    /// <summary>A tensor, or null where the attribute is not given.</summary>
    /// <inheritdoc cref="GetInt"/>
    public Tensor? GetTensor(string name) => Find(name) is { } value ? Cast<Tensor>(name, value) : null;

    /// <summary>A nested graph, or null where the attribute is not given.</summary>
    /// <inheritdoc cref="GetInt"/>
    public Graph? GetGraph(string name) => Find(name) is { } value ? Cast<Graph>(name, value) : null;

    /// <summary>An element type, which ONNX writes as an integer, or the default.</summary>
    /// <exception cref="HoneException">The attribute has another type, or the integer stands for no element type that Hone has.</exception>
    public DataType GetDataType(string name, DataType defaultValue)
    {
        long value = GetInt(name, (long)defaultValue);
        return value is >= 0 and <= int.MaxValue && Enum.IsDefined((DataType)value)
            ? (DataType)value
            : throw new HoneException($"The attribute '{name}' is {value}, an element type that is not supported.");
    }

    /// <summary>An integer that must be given.</summary>
    /// <exception cref="HoneException">The attribute is missing or has another type.</exception>
    public long RequireInt(string name) => Cast<long>(name, Find(name) ?? throw Missing(name));

    /// <summary>Integers that must be given. Do not write to the array.</summary>
    /// <inheritdoc cref="RequireInt"/>
    public long[] RequireInts(string name) => Cast<long[]>(name, Find(name) ?? throw Missing(name));

    /// <summary>A nested graph that must be given.</summary>
    /// <inheritdoc cref="RequireInt"/>
    public Graph RequireGraph(string name) => Cast<Graph>(name, Find(name) ?? throw Missing(name));

    /// <summary>A copy with one attribute added or replaced.</summary>
    public AttributeMap With(string name, object value) => new(_values.Where(p => p.Key != name).Append(new(name, value)));

    /// <summary>A copy without one attribute.</summary>
    public AttributeMap Without(string name) => new(_values.Where(p => p.Key != name));

    /// <summary>The attributes in the order of their names.</summary>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.OrderBy(p => p.Key, StringComparer.Ordinal).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static object Normalize(string name, object value) => value switch
    {
        long or float or string or Tensor or Graph or long[] or float[] or string[] => value,
        int i => (long)i,
        bool b => b ? 1L : 0L,
        double d => (float)d,
        DataType type => (long)type,
        int[] ints => Array.ConvertAll(ints, i => (long)i),
        _ => throw new ArgumentException($"The attribute '{name}' cannot hold a value of type {value?.GetType().Name ?? "null"}."),
    };

    private static T Cast<T>(string name, object value) =>
        value is T typed ? typed : throw new HoneException($"The attribute '{name}' holds {value.GetType().Name}, expected {typeof(T).Name}.");

    private static HoneException Missing(string name) => new($"The attribute '{name}' is missing.");

    private object? Find(string name) => _values.GetValueOrDefault(name);
}
