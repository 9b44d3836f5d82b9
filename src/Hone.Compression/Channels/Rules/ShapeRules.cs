using Hone.Graphs;
using Hone.Passes;

namespace Hone.Compression.Channels.Rules;

/// <summary>Operators that move axes or drop them: the channels move along.</summary>
internal static class ShapeRules
{
    internal static void Transpose(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector || node.Input(0)!.Shape is not { } shape)
            return;
        long[] permutation = node.Attributes.GetInts("perm") ?? [.. Enumerable.Range(0, shape.Rank).Select(i => (long)(shape.Rank - 1 - i))];
        analysis.Set(node.Output, vector.OnAxis(Array.IndexOf(permutation, vector.Axis)));
    }

    internal static void Reduce(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector)
            return;
        int? rank = node.Input(0)!.Shape?.Rank;
        long[]? axes = node.Attributes.GetInts("axes") ?? node.Input(1)?.Constant?.ToInt64Array();
        bool reducesNothing = node.Attributes.GetBool("noop_with_empty_axes") && axes is null or [];
        if (rank is null || axes is null or [] || reducesNothing || node.Input(1) is { IsConstant: false })
        {
            analysis.Pin(vector);
            return;
        }

        int[] reduced = [.. axes.Select(a => (int)(a < 0 ? a + rank : a))];
        if (reduced.Contains(vector.Axis))
        {
            analysis.Pin(vector);
            return;
        }

        bool keepsConstants = node.Operator.Name is "ReduceMean" or "ReduceMax" or "ReduceMin";
        bool keepsZeros = node.Operator.Name is "ReduceSum" or "ReduceL1" or "ReduceL2" or "ReduceSumSquare";
        int axis = node.Attributes.GetBool("keepdims", true) ? vector.Axis : vector.Axis - reduced.Count(a => a < vector.Axis);
        ChannelVector result = keepsConstants ? vector : keepsZeros ? vector.KeepingZeros() : vector.WithoutConstants();
        analysis.Set(node.Output, result.OnAxis(axis));
    }

    internal static void Squeeze(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector)
            return;
        int? rank = node.Input(0)!.Shape?.Rank;
        int[]? axes = node.Input(1)?.Constant?.ToInt64Array().Select(a => (int)(a < 0 ? a + rank ?? 0 : a)).ToArray();
        if (rank is null || axes is null || axes.Contains(vector.Axis))
            analysis.Pin(vector);
        else
            analysis.Set(node.Output, vector.OnAxis(vector.Axis - axes.Count(a => a < vector.Axis)));
    }

    internal static void Unsqueeze(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector)
            return;
        if (node.Output.Shape?.Rank is not { } rank || node.Input(1)?.Constant is not { } constant)
        {
            analysis.Pin(vector);
            return;
        }

        HashSet<int> added = [.. constant.ToInt64Array().Select(a => (int)(a < 0 ? a + rank : a))];
        int[] old = [.. Enumerable.Range(0, rank).Where(a => !added.Contains(a))];
        analysis.Set(node.Output, vector.OnAxis(old[vector.Axis]));
    }

    /// <summary>Padding along other axes: a channel of zeros padded with zeros is still one.</summary>
    internal static void Pad(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector)
            return;
        long[]? pads = node.Input(1)?.Constant?.ToInt64Array();
        int? rank = node.Input(0)!.Shape?.Rank;
        bool isFollowed = pads is not null && node.Input(3) is null && pads.Length == 2 * rank && pads[vector.Axis] == 0
            && pads[vector.Axis + pads.Length / 2] == 0;
        if (!isFollowed)
        {
            analysis.Pin(vector);
            return;
        }

        bool padsWithZeros = node.Attributes.GetString("mode", "constant") == "constant" && FloatConstants.Read(node.Input(2)) is null or [0];
        bool copies = node.Attributes.GetString("mode", "constant") != "constant";
        analysis.Set(node.Output, copies ? vector : padsWithZeros ? vector.KeepingZeros() : vector.WithoutConstants());
    }

    /// <summary>Resizing by factors that leave the channel axis alone.</summary>
    internal static void Resize(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector)
            return;
        double[]? scales = FloatConstants.Read(node.Input(2));
        bool isFollowed = scales is { Length: > 0 } && !node.Attributes.Contains("axes") && node.Input(3) is null && scales[vector.Axis] == 1;
        if (isFollowed)
            analysis.Set(node.Output, vector.KeepingZeros());
        else
            analysis.PinInputs(node);
    }

    /// <summary>The shape of a value, unless somebody asks it for the number of channels.</summary>
    internal static void Shape(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector || node.Input(0)!.Shape is not { } shape)
            return;
        bool isWhole = !node.Attributes.Contains("start") && !node.Attributes.Contains("end");
        bool isAskedForOthers = isWhole && !analysis.Graph.IsOutput(node.Output)
            && node.Output.Consumers.All(c => TakesOthers(c, node.Output, vector.Axis, shape.Rank));
        if (!isAskedForOthers)
            analysis.Pin(vector);
    }

    private static bool TakesOthers(Node consumer, Value shape, int axis, int rank) =>
        consumer.Is("Gather") && consumer.Input(0) == shape && consumer.Input(1)?.Constant is { } indices
        && indices.ToInt64Array().All(i => (i < 0 ? i + rank : i) != axis);
}
