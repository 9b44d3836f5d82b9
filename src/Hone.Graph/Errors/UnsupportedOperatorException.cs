namespace Hone;

/// <summary>A model uses operators that Hone does not know; all of them are listed, not only the first.</summary>
public sealed class UnsupportedOperatorException : HoneException
{
    /// <summary>Creates the error from the full list of what is missing.</summary>
    /// <param name="missing">At least one entry.</param>
    public UnsupportedOperatorException(IReadOnlyList<UnsupportedOperator> missing)
        : base(Describe(missing))
    {
        Missing = missing;
    }

    /// <value>Every operator that is missing, with the nodes that use it.</value>
    public IReadOnlyList<UnsupportedOperator> Missing { get; }

    private static string Describe(IReadOnlyList<UnsupportedOperator> missing)
    {
        ArgumentNullException.ThrowIfNull(missing);
        IEnumerable<string> lines = missing.Select(m =>
            $"  {m.OperatorName}: {m.Reason}; nodes: {string.Join(", ", m.NodeNames.Take(8))}{(m.NodeNames.Count > 8 ? $" and {m.NodeNames.Count - 8} more" : "")}");
        return $"The model uses {missing.Count} unsupported operator(s):{Environment.NewLine}{string.Join(Environment.NewLine, lines)}";
    }
}
