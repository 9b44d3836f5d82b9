namespace Hone.Compression.Channels;

/// <summary>Chooses the channels to remove: by importance, or those that are zero.</summary>
internal static class ChannelChoice
{
    /// <summary>The least important of each group.</summary>
    internal static (IReadOnlyList<ChannelGroup> Groups, ChannelSelection Selection) ByImportance(
        ChannelAnalysis analysis, ChannelPruningOptions options)
    {
        Dictionary<int, List<double>> contributions = Contributions(analysis, options.Importance);
        return Choose(analysis, contributions, (group, roots) => LeastImportant(group, options).Select(place => roots[place]));
    }

    /// <summary>Those that hold a constant wherever they are summed over, so that nothing changes without them.</summary>
    internal static (IReadOnlyList<ChannelGroup> Groups, ChannelSelection Selection) Constant(ChannelAnalysis analysis)
    {
        ChannelAtoms atoms = analysis.Atoms;
        HashSet<int> summed = [];
        HashSet<int> needed = [];
        foreach (ChannelAbsorption absorption in analysis.Absorptions)
        {
            for (int i = 0; i < absorption.Vector.Count; i++)
            {
                int root = atoms.Find(absorption.Vector.Atoms[i]);
                double constant = absorption.Vector.Constants[i];
                summed.Add(root);
                if (constant != 0 && (double.IsNaN(constant) || !absorption.FoldsConstants))
                    needed.Add(root);
            }
        }

        return Choose(analysis, Contributions(analysis, ChannelImportance.L1),
            (_, roots) => roots.Where(r => summed.Contains(r) && !needed.Contains(r)));
    }

    private static (IReadOnlyList<ChannelGroup> Groups, ChannelSelection Selection) Choose(
        ChannelAnalysis analysis, Dictionary<int, List<double>> contributions, Func<ChannelGroup, int[], IEnumerable<int>> choose)
    {
        ChannelAtoms atoms = analysis.Atoms;
        List<(ChannelGroup Group, int[] Roots)> groups = [];
        List<int> removed = [];
        foreach (IGrouping<int, int> members in contributions.Keys.Order().GroupBy(atoms.GroupOf))
        {
            int[] roots = [.. members];
            ChannelGroup group = new(
                [.. analysis.Producers.Where(p => p.Atoms.Length > 0 && atoms.GroupOf(p.Atoms[0]) == members.Key)
                    .Select(p => p.Node.Name).Distinct()],
                [.. roots.Select(r => contributions[r].Average())], [], Array.Exists(roots, atoms.IsPinned));
            if (!group.IsPinned)
                removed.AddRange(choose(group, roots));
            groups.Add((group, roots));
        }

        ChannelSelection selection = new(atoms, removed);
        KeepOneEverywhere(analysis, contributions, selection);
        return ([.. groups.Select(g =>
            g.Group with { Removed = [.. Enumerable.Range(0, g.Roots.Length).Where(i => !selection.Keeps(g.Roots[i]))] })], selection);
    }

    private static IEnumerable<int> LeastImportant(ChannelGroup group, ChannelPruningOptions options)
    {
        double ratio = ChannelPruningOptions.CheckRatio(options.RatioOf?.Invoke(group) ?? options.Ratio);
        int kept = Math.Max(options.MinimumChannels, group.ChannelCount - (int)Math.Floor(ratio * group.ChannelCount));
        kept = (kept + options.ChannelMultiple - 1) / options.ChannelMultiple * options.ChannelMultiple;
        return Enumerable.Range(0, group.ChannelCount).OrderBy(i => group.Importance[i]).Take(Math.Max(0, group.ChannelCount - kept));
    }

    /// <summary>No value may lose all its channels: the most important one comes back.</summary>
    private static void KeepOneEverywhere(ChannelAnalysis analysis, Dictionary<int, List<double>> contributions, ChannelSelection selection)
    {
        foreach (ChannelVector vector in analysis.Vectors.Values)
        {
            if (vector.Count > 0 && selection.Count(vector.Atoms) == 0)
                selection.Restore(vector.Atoms.MaxBy(a => contributions.GetValueOrDefault(analysis.Atoms.Find(a))?.Average() ?? 0));
        }
    }

    private static Dictionary<int, List<double>> Contributions(ChannelAnalysis analysis, ChannelImportance kind)
    {
        Dictionary<int, List<double>> result = [];
        foreach (ChannelProducer producer in analysis.Producers)
        {
            double[] importance = WeightImportance.Of(producer.Node.Input(1)!, producer.Axis, kind);
            for (int i = 0; i < importance.Length; i++)
            {
                int root = analysis.Atoms.Find(producer.Atoms[i]);
                if (!result.TryGetValue(root, out List<double>? list))
                    result.Add(root, list = []);
                list.Add(importance[i]);
            }
        }

        return result;
    }
}
