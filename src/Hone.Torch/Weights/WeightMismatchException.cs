namespace Hone.Torch;

/// <summary>The tensors of a file do not fit a module. The module is unchanged.</summary>
public sealed class WeightMismatchException : HoneException
{
    private const int MostShown = 20;

    /// <summary>Creates the error.</summary>
    /// <param name="path">The file.</param>
    /// <param name="moduleName">The module's class.</param>
    /// <param name="result">What does not fit; nothing is loaded.</param>
    public WeightMismatchException(string path, string moduleName, WeightLoadResult result)
        : base(Describe(path, moduleName, result))
    {
        Result = result;
    }

    /// <value>What does not fit.</value>
    public WeightLoadResult Result { get; }

    private static string Describe(string path, string moduleName, WeightLoadResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        string[] parts =
        [
            .. Part("missing in the file", [.. result.Missing]),
            .. Part("unexpected", [.. result.Unexpected]),
            .. Part("of another shape", [.. result.OtherShapes.Select(difference => difference.ToString())]),
        ];
        return $"The weights '{path}' do not fit {moduleName}. {string.Join(" ", parts)} "
            + $"Map names with {nameof(WeightLoadOptions)}.{nameof(WeightLoadOptions.RemovedPrefix)} and {nameof(WeightLoadOptions.Rename)}, "
            + $"or load what fits with {nameof(WeightLoadOptions.IsStrict)} = false.";
    }

    private static IEnumerable<string> Part(string kind, string[] items)
    {
        if (items.Length > 0)
            yield return $"{items.Length} {kind}: {string.Join(", ", items.Take(MostShown))}{(items.Length > MostShown ? ", …" : "")}.";
    }
}
