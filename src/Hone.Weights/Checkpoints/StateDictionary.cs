using Hone.Weights.Pickle;

namespace Hone.Weights.Checkpoints;

/// <summary>Finds the dictionary of weights in what a checkpoint holds.</summary>
internal static class StateDictionary
{
    /// <param name="root">What the pickle made.</param>
    /// <param name="key">Which entry to take; null for the only one that holds tensors.</param>
    /// <exception cref="WeightFileException">There is no such dictionary, or more than one.</exception>
    internal static PickleDictionary Find(object? root, string? key)
    {
        if (root is not PickleDictionary dictionary)
            throw new WeightFileException($"The checkpoint holds {Describe(root)}, not a dictionary of named tensors.");
        if (key is not null)
            return Descend(dictionary, key) ?? throw new WeightFileException($"The checkpoint has no dictionary '{key}'. {Listing(dictionary)}");
        if (HoldsTensors(dictionary))
            return dictionary;
        string[] candidates = [.. dictionary.Named.Where(entry => entry.Value is PickleDictionary inner && HoldsTensors(inner)).Select(entry => entry.Key)];
        return candidates.Length == 1
            ? (PickleDictionary)dictionary.Named[candidates[0]]! // such entries are candidates
            : throw new WeightFileException($"The checkpoint is no state dictionary itself; choose one of its entries with {nameof(WeightReadOptions)}.{nameof(WeightReadOptions.Key)}. {Listing(dictionary)}");
    }

    private static PickleDictionary? Descend(PickleDictionary dictionary, string key)
    {
        if (dictionary.Named.TryGetValue(key, out object? value))
            return value as PickleDictionary;
        int dot = key.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dictionary.Named.GetValueOrDefault(key[..dot]) is PickleDictionary inner ? Descend(inner, key[(dot + 1)..]) : null;
    }

    private static bool HoldsTensors(PickleDictionary dictionary) => dictionary.Named.Values.Any(value => value is CheckpointTensor);

    private static string Listing(PickleDictionary dictionary)
    {
        const int MostShown = 20;
        string shown = string.Join(", ", dictionary.Named.Take(MostShown).Select(entry => $"'{entry.Key}' ({Describe(entry.Value)})"));
        return $"It has: {(shown.Length > 0 ? shown : "nothing")}{(dictionary.Named.Count > MostShown ? ", …" : "")}.";
    }

    private static string Describe(object? value) => value switch
    {
        null => "None",
        CheckpointTensor => "a tensor",
        PickleDictionary inner => HoldsTensors(inner) ? "a dictionary of tensors" : "a dictionary",
        List<object?> => "a list",
        PickleTuple => "a tuple",
        string => "text",
        _ => "a value",
    };
}
