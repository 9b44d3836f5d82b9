using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Hone.Torch.Capture;

/// <summary>Stands in for a lazy sequence of the user (an iterator method) where other code will enumerate it, so that its body is recorded.</summary>
internal sealed class TracedSequence<T>(IEnumerable<T> inner, Func<MethodInfo, object?[], object?> invoke) : IEnumerable<T>
{
    private static readonly MethodInfo s_getEnumerator = typeof(IEnumerable<T>).GetMethod(nameof(IEnumerable<>.GetEnumerator))!; // declared there
    private static readonly MethodInfo s_moveNext = typeof(IEnumerator).GetMethod(nameof(IEnumerator.MoveNext))!;

    public IEnumerator<T> GetEnumerator()
    {
        using IEnumerator<T> enumerator = (IEnumerator<T>)invoke(VirtualTarget.Resolve(inner.GetType(), s_getEnumerator), [inner])!; // never null
        // A sequence of the compiler's may hand out the enumerator of an array, which has nothing to record.
        MethodInfo moveNext = VirtualTarget.Resolve(enumerator.GetType(), s_moveNext);
        while (UserCode.IsUser(moveNext) ? invoke(moveNext, [enumerator]) is true : enumerator.MoveNext())
            yield return enumerator.Current;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Wraps such sequences.</summary>
internal static class TracedSequence
{
    public static object? Wrap(object? argument, Func<MethodInfo, object?[], object?> invoke)
    {
        Type? type = argument?.GetType();
        bool isIterator = type is not null && type.IsDefined(typeof(CompilerGeneratedAttribute), false) && argument is IEnumerable and not ICollection && UserCode.IsUser(type);
        Type? sequence = isIterator ? Array.Find(type!.GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>)) : null;
        return sequence is null ? argument : Activator.CreateInstance(typeof(TracedSequence<>).MakeGenericType(sequence.GetGenericArguments()), argument, invoke);
    }
}
