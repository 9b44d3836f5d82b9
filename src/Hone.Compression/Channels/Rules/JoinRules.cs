using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Compression.Channels.Rules;

/// <summary>Operators that join channels or part them.</summary>
internal static class JoinRules
{
    internal static void Concat(ChannelAnalysis analysis, Node node)
    {
        ChannelVector?[] parts = [.. node.Inputs.Select(analysis.Vector)];
        if (Array.TrueForAll(parts, p => p is null))
            return;
        int rank = node.Output.Shape?.Rank ?? 0;
        long axis = node.Attributes.RequireInt("axis");
        axis = axis < 0 ? axis + rank : axis;
        int channelAxis = parts.First(p => p is not null)!.Axis;
        bool sharesAxis = rank > 0 && parts.All(p => p is null || p.Axis == channelAxis);
        ChannelVector? result = !sharesAxis ? null : axis == channelAxis ? AlongChannels(analysis, node, parts, (int)axis)
            : BesideChannels(analysis, parts);
        if (result is null)
            analysis.PinInputs(node);
        else
            analysis.Set(node.Output, result);
    }

    internal static void Split(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector || node.Input(0)!.Shape is not { } shape)
            return;
        long axis = node.Attributes.GetInt("axis", 0);
        axis = axis < 0 ? axis + shape.Rank : axis;
        if (axis != vector.Axis)
        {
            foreach (Value output in node.Outputs.OfType<Value>())
                analysis.Set(output, vector);
            return;
        }

        Dimension[] sizes = [.. node.Outputs.Select(o => o?.Shape?[(int)axis] ?? Dimension.Unknown)];
        if (!Array.TrueForAll(sizes, s => s.IsFixed))
        {
            analysis.Pin(vector);
            return;
        }

        List<int[]> pieces = [];
        int start = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            int end = start + (int)sizes[i].Value;
            pieces.Add(vector.Atoms[start..end]);
            analysis.Set(node.Outputs[i]!, new ChannelVector(vector.Axis, vector.Atoms[start..end], vector.Constants[start..end]));
            start = end;
        }

        analysis.InputEdits[(node, 1)] = s => Tensor.Vector<long>([.. pieces.Select(p => (long)s.Count(p))]);
        analysis.AttributeEdits[node] = _ => node.Attributes.Without("num_outputs");
    }

    /// <summary>A slice of step 1 along one axis, or along axes without channels.</summary>
    internal static void Slice(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector || node.Input(0)!.Shape is not { } shape)
            return;
        long[]? starts = node.Input(1)?.Constant?.ToInt64Array();
        long[]? ends = node.Input(2)?.Constant?.ToInt64Array();
        long[]? axes = node.Input(3) is null ? starts?.Select((_, i) => (long)i).ToArray()
            : node.Input(3)!.Constant?.ToInt64Array().Select(a => a < 0 ? a + shape.Rank : a).ToArray();
        long[]? steps = node.Input(4) is null ? starts?.Select(_ => 1L).ToArray() : node.Input(4)!.Constant?.ToInt64Array();
        if (axes is null)
        {
            analysis.PinInputs(node);
            return;
        }

        int place = Array.IndexOf(axes, vector.Axis);
        if (place < 0)
        {
            analysis.Set(node.Output, vector);
            return;
        }

        if (starts is null || ends is null || steps is null || axes.Length != 1 || steps[0] != 1)
        {
            analysis.PinInputs(node);
            return;
        }

        int start = (int)Math.Clamp(starts[0] < 0 ? starts[0] + vector.Count : starts[0], 0, vector.Count);
        int end = (int)Math.Clamp(ends[0] < 0 ? ends[0] + vector.Count : ends[0], start, vector.Count);
        analysis.InputEdits[(node, 1)] = s => Tensor.Vector((long)s.Count(vector.Atoms[..start]));
        analysis.InputEdits[(node, 2)] = s => Tensor.Vector((long)s.Count(vector.Atoms[..end]));
        analysis.Set(node.Output, new ChannelVector(vector.Axis, vector.Atoms[start..end], vector.Constants[start..end]));
    }

    private static ChannelVector? AlongChannels(ChannelAnalysis analysis, Node node, ChannelVector?[] parts, int axis)
    {
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i] is not null)
                continue;
            if (node.Inputs[i]?.Shape is not { } shape || !shape[axis].IsFixed)
                return null;
            // Channels from elsewhere have their place in the result, and stay.
            parts[i] = ChannelVector.Varying(axis, analysis.Atoms.Create(shape[axis].Value));
            analysis.Pin(parts[i]!);
        }

        return new ChannelVector(axis, [.. parts.SelectMany(p => p!.Atoms)], [.. parts.SelectMany(p => p!.Constants)]);
    }

    private static ChannelVector? BesideChannels(ChannelAnalysis analysis, ChannelVector?[] parts)
    {
        ChannelVector first = parts[0] ?? parts.First(p => p is not null)!;
        if (Array.Exists(parts, p => p is null || p.Count != first.Count))
            return null;
        double[] constants = (double[])first.Constants.Clone();
        foreach (ChannelVector part in parts.Skip(1).OfType<ChannelVector>())
        {
            analysis.Unite(first.Atoms, part.Atoms);
            for (int i = 0; i < constants.Length; i++)
                constants[i] = constants[i] == part.Constants[i] ? constants[i] : double.NaN;
        }

        return first with { Constants = constants };
    }
}
