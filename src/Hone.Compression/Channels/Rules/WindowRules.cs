using Hone.Graphs;

namespace Hone.Compression.Channels.Rules;

/// <summary>What the operators with windows have in common.</summary>
internal static class WindowRules
{
    /// <summary>Whether the window never reaches over the edge, so that a constant channel stays constant.</summary>
    internal static bool HasNoPadding(Node node) =>
        node.Attributes.GetString("auto_pad", "NOTSET") is "NOTSET" or "VALID" or "" && (node.Attributes.GetInts("pads")?.All(p => p == 0) ?? true);

    /// <summary>Pools look at each channel alone; what padding does to a constant depends on the kind.</summary>
    internal static void Pool(ChannelAnalysis analysis, Node node)
    {
        bool wantsIndices = node.Outputs.Count > 1 && node.Outputs.Skip(1).Any(o => o is not null);
        if (analysis.Vector(node.Input(0)) is not { } vector)
            return;
        if (wantsIndices || vector.Axis != 1)
        {
            analysis.PinInputs(node);
            return;
        }

        bool keepsConstants = node.Operator.Name is "MaxPool" or "GlobalMaxPool" or "GlobalAveragePool"
            || (node.Is("AveragePool") && (!node.Attributes.GetBool("count_include_pad") || HasNoPadding(node))
                && !node.Attributes.GetBool("ceil_mode"));
        analysis.Set(node.Output, keepsConstants ? vector : vector.KeepingZeros());
    }
}
