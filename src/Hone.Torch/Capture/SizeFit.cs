namespace Hone.Torch.Capture;

/// <summary>Finds how an integer follows the dynamic dimensions.</summary>
internal static class SizeFit
{
    /// <param name="values">The integer in each trace.</param>
    /// <param name="sizes">The dynamic dimensions in each trace; first the base, then one trace for each dimension that moved alone.</param>
    /// <param name="count">Number of dynamic dimensions.</param>
    /// <returns>An expression that is right in all traces, or null.</returns>
    public static SizeExpression? Find(long[] values, IReadOnlyList<long>[] sizes, int count)
    {
        int[] moving = [.. Enumerable.Range(0, count).Where(i => values[i + 1] != values[0])];
        SizeExpression?[] candidates = [Product(values[0], sizes[0], moving), Sum(values, sizes, moving)];
        return Array.Find(candidates, candidate => candidate is not null && values.Zip(sizes).All(pair => IsRight(candidate, pair.Second, pair.First)));
    }

    private static bool IsRight(SizeExpression candidate, IReadOnlyList<long> sizes, long value) =>
        candidate.Evaluate(sizes) == value && candidate.Terms.All(term => term.IsExact(sizes));

    private static SizeExpression? Product(long value, IReadOnlyList<long> sizes, int[] moving)
    {
        if (moving.Length == 0)
            return SizeExpression.Constant(value);
        long product = moving.Aggregate(1L, (p, i) => p * sizes[i]);
        return product != 0 && value != 0 ? new SizeExpression(0, [SizeTerm.Of(value, product, moving)]) : null;
    }

    private static SizeExpression Sum(long[] values, IReadOnlyList<long>[] sizes, int[] moving)
    {
        List<SizeTerm> terms = [];
        long offset = values[0];
        foreach (int i in moving)
        {
            long moved = sizes[i + 1][i] - sizes[0][i];
            long difference = values[i + 1] - values[0];
            SizeTerm term = SizeTerm.Of(difference, moved, [i]);
            terms.Add(term);
            offset -= term.Evaluate(sizes[0]);
        }

        return new SizeExpression(offset, terms);
    }
}
