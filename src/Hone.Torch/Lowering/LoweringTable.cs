using System.Collections.Frozen;
using System.Reflection;
using Hone.Torch.Capture;
using TorchSharp;

namespace Hone.Torch.Lowering;

/// <summary>Which TorchSharp operations and modules have a graph form, and how it is written. Immutable.</summary>
public sealed partial class LoweringTable
{
    private readonly FrozenDictionary<string, Lowering> _functions;
    private readonly FrozenDictionary<Type, Lowering> _modules;
    private readonly FrozenDictionary<MethodInfo, Lowering> _methods;

    private LoweringTable(
        FrozenDictionary<string, Lowering> functions, FrozenDictionary<Type, Lowering> modules, FrozenDictionary<MethodInfo, Lowering> methods)
    {
        _functions = functions;
        _modules = modules;
        _methods = methods;
    }

    /// <value>The lowerings of this library.</value>
    public static LoweringTable Standard { get; } = new(
        StandardFunctions().ToFrozenDictionary(StringComparer.Ordinal),
        StandardModules().ToFrozenDictionary(),
        FrozenDictionary<MethodInfo, Lowering>.Empty);

    /// <value>Names of the operations, as TorchSharp's methods are called, in alphabetical order.</value>
    public IEnumerable<string> Functions => _functions.Keys.Order(StringComparer.Ordinal);

    /// <value>Classes of the modules that are recorded whole; all other modules are entered and their calls recorded.</value>
    public IEnumerable<Type> Modules => _modules.Keys.OrderBy(type => type.Name, StringComparer.Ordinal);

    /// <summary>A table with one more lowering of a TorchSharp method, or another one for a known method.</summary>
    /// <param name="function">Name of the method without a final underscore, whatever class it is in.</param>
    /// <param name="lowering">How the call is written.</param>
    public LoweringTable WithFunction(string function, Lowering lowering) =>
        new(_functions.Append(new(function, lowering)).DistinctLast(), _modules, _methods);

    /// <summary>A table in which a module class, the user's or TorchSharp's, is recorded whole and written by <paramref name="lowering"/>.</summary>
    public LoweringTable WithModule<TModule>(Lowering lowering)
        where TModule : torch.nn.Module =>
        new(_functions, _modules.Append(new(typeof(TModule), lowering)).DistinctLast(), _methods);

    /// <summary>A table in which a method of the user is recorded as one call, whatever it does inside, and written by <paramref name="lowering"/>.</summary>
    /// <param name="method">The method, for example <c>MyFunctions.Swish</c>; its receiver does not matter.</param>
    /// <param name="lowering">How the call is written: argument 0 is the receiver <c>self</c> of an instance method, else the first parameter.</param>
    /// <exception cref="ArgumentException">It is a method of TorchSharp, which <see cref="WithFunction"/> is for.</exception>
    public LoweringTable WithMethod(Delegate method, Lowering lowering)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (!UserCode.IsUser(method.Method))
            throw new ArgumentException($"{method.Method.DeclaringType?.Name}.{method.Method.Name} is no method of code that uses TorchSharp.", nameof(method));
        return new LoweringTable(_functions, _modules, _methods.Append(new(method.Method, lowering)).DistinctLast());
    }

    internal bool HasModule(torch.nn.Module module) => _modules.ContainsKey(module.GetType());

    internal bool HasMethod(MethodInfo method) => _methods.Count > 0 && _methods.ContainsKey(method);

    internal Lowering? Find(string function) => _functions.GetValueOrDefault(function);

    internal Lowering? Find(TracedCall call) =>
        call.Module is { } module ? _modules.GetValueOrDefault(module.GetType())
        : call.Method is MethodInfo method && _methods.TryGetValue(method, out Lowering? lowering) ? lowering
        : Find(call.Operation);
}

internal static class LoweringTableExtensions
{
    public static FrozenDictionary<TKey, TValue> DistinctLast<TKey, TValue>(this IEnumerable<KeyValuePair<TKey, TValue>> pairs)
        where TKey : notnull => pairs.GroupBy(p => p.Key, p => p.Value).ToFrozenDictionary(g => g.Key, g => g.Last());
}
