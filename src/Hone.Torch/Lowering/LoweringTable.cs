using System.Collections.Frozen;
using TorchSharp;

namespace Hone.Torch.Lowering;

/// <summary>Which TorchSharp operations and modules have a graph form, and how it is written. Immutable.</summary>
public sealed partial class LoweringTable
{
    private readonly FrozenDictionary<string, Lowering> _functions;
    private readonly FrozenDictionary<Type, Lowering> _modules;

    private LoweringTable(FrozenDictionary<string, Lowering> functions, FrozenDictionary<Type, Lowering> modules)
    {
        _functions = functions;
        _modules = modules;
    }

    /// <value>The lowerings of this library.</value>
    public static LoweringTable Standard { get; } = new(
        StandardFunctions().ToFrozenDictionary(StringComparer.Ordinal),
        StandardModules().ToFrozenDictionary());

    /// <value>Names of the operations, as TorchSharp's methods are called, in alphabetical order.</value>
    public IEnumerable<string> Functions => _functions.Keys.Order(StringComparer.Ordinal);

    /// <value>Classes of the modules that are recorded whole; all other modules are entered and their calls recorded.</value>
    public IEnumerable<Type> Modules => _modules.Keys.OrderBy(type => type.Name, StringComparer.Ordinal);

    /// <summary>A table with one more lowering of a TorchSharp method, or another one for a known method.</summary>
    /// <param name="function">Name of the method without a final underscore, whatever class it is in.</param>
    /// <param name="lowering">How the call is written.</param>
    public LoweringTable WithFunction(string function, Lowering lowering) =>
        new(_functions.Append(new(function, lowering)).DistinctLast(), _modules);

    /// <summary>A table in which a module class, the user's or TorchSharp's, is recorded whole and written by <paramref name="lowering"/>.</summary>
    public LoweringTable WithModule<TModule>(Lowering lowering)
        where TModule : torch.nn.Module =>
        new(_functions, _modules.Append(new(typeof(TModule), lowering)).DistinctLast());

    internal bool HasModule(torch.nn.Module module) => _modules.ContainsKey(module.GetType());

    internal Lowering? Find(string function) => _functions.GetValueOrDefault(function);

    internal Lowering? Find(Type module) => _modules.GetValueOrDefault(module);
}

internal static class LoweringTableExtensions
{
    public static FrozenDictionary<TKey, TValue> DistinctLast<TKey, TValue>(this IEnumerable<KeyValuePair<TKey, TValue>> pairs)
        where TKey : notnull => pairs.GroupBy(p => p.Key, p => p.Value).ToFrozenDictionary(g => g.Key, g => g.Last());
}
