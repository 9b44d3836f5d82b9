using Hone.Graphs;

namespace Hone.Operators.LinearAlgebra;

/// <summary>An equation such as <c>...ij,...jk->...ik</c> applied to inputs of known ranks: a label for every axis.</summary>
/// <remarks>Labels are numbers: letters are numbered by first use, and the axes of the ellipsis follow, counted from the last one.</remarks>
internal sealed class EinsumEquation
{
    private EinsumEquation(int[][] inputs, int[] output, int labelCount)
    {
        Inputs = inputs;
        Output = output;
        LabelCount = labelCount;
    }

    /// <value>For each input the label of each axis.</value>
    public int[][] Inputs { get; }

    /// <value>The label of each axis of the output.</value>
    public int[] Output { get; }

    /// <value>Number of different labels.</value>
    public int LabelCount { get; }

    /// <summary>Parses an equation.</summary>
    /// <exception cref="ModelFormatException">It is malformed or does not fit the ranks.</exception>
    public static EinsumEquation Parse(Node node, ReadOnlySpan<int> ranks)
    {
        string equation = node.Attributes.GetString("equation", "").Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->");
        string[] terms = sides[0].Split(',');
        if (sides.Length > 2 || terms.Length != ranks.Length)
            throw node.Error($"the equation '{equation}' does not name {ranks.Length} input(s).");

        int ellipsis = 0;
        for (int i = 0; i < terms.Length; i++)
            ellipsis = Math.Max(ellipsis, EllipsisRank(node, terms[i], ranks[i]));
        List<char> letters = [.. terms.SelectMany(t => t).Where(c => c != '.').Distinct()];
        int[][] inputs = new int[terms.Length][];
        for (int i = 0; i < terms.Length; i++)
            inputs[i] = Labels(terms[i], letters, EllipsisRank(node, terms[i], ranks[i]));

        string output = sides.Length == 2 ? sides[1] : ImplicitOutput(sides[0]);
        bool repeats = output.Where(c => c != '.').GroupBy(c => c).Any(g => g.Count() > 1);
        if (repeats || output.Any(c => c != '.' && !letters.Contains(c)))
            throw node.Error($"the output '{output}' of the equation must name labels of the inputs, each once.");
        CheckTerm(node, output);
        return new EinsumEquation(inputs, Labels(output, letters, ellipsis), letters.Count + ellipsis);
    }

    /// <summary>Without an arrow the output is the ellipsis, then the letters that occur once, in alphabetical order.</summary>
    private static string ImplicitOutput(string inputs)
    {
        IEnumerable<char> once = inputs.Where(c => c is not ',' and not '.').GroupBy(c => c).Where(g => g.Count() == 1).Select(g => g.Key);
        return (inputs.Contains('.', StringComparison.Ordinal) ? "..." : "") + string.Concat(once.Order());
    }

    private static int[] Labels(string term, List<char> letters, int ellipsisRank)
    {
        List<int> labels = [];
        for (int i = 0; i < term.Length; i++)
        {
            if (term[i] != '.')
            {
                labels.Add(letters.IndexOf(term[i]));
                continue;
            }

            for (int fromEnd = ellipsisRank - 1; fromEnd >= 0; fromEnd--)
                labels.Add(letters.Count + fromEnd);
            i += 2;
        }

        return labels.ToArray();
    }

    private static int EllipsisRank(Node node, string term, int rank)
    {
        bool hasEllipsis = CheckTerm(node, term);
        int rest = rank - term.Count(c => c != '.');
        if (rest < 0 || (rest > 0 && !hasEllipsis))
            throw node.Error($"the term '{term}' of the equation does not fit an input of rank {rank}.");
        return rest;
    }

    /// <summary>Checks that a term holds letters and at most one ellipsis, and tells whether it has one.</summary>
    private static bool CheckTerm(Node node, string term)
    {
        int start = term.IndexOf("...", StringComparison.Ordinal);
        string letters = start < 0 ? term : term.Remove(start, 3);
        return letters.All(char.IsAsciiLetter) ? start >= 0 : throw node.Error($"the term '{term}' of the equation must hold letters and at most one '...'.");
    }
}
