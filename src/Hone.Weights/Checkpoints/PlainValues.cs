using System.Numerics;
using Hone.Weights.Pickle;

namespace Hone.Weights.Checkpoints;

/// <summary>The numbers, texts and truth values that lie beside tensors, as text.</summary>
internal static class PlainValues
{
    internal static IReadOnlyDictionary<string, string> Of(object? root, PickleDictionary chosen)
    {
        OrderedDictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (PickleDictionary dictionary in new[] { root, chosen }.OfType<PickleDictionary>().Distinct())
        {
            foreach ((string key, object? value) in dictionary.Named)
            {
                if (value is string or long or BigInteger or double or bool)
                    values.TryAdd(key, FormattableString.Invariant($"{value}"));
            }
        }

        return values;
    }
}
