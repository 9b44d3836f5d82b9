using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Compression.Channels.Rules;

/// <summary>Convolutions: dense, in groups, and depthwise.</summary>
internal static class ConvolutionRules
{
    internal static void Conv(ChannelAnalysis analysis, Node node)
    {
        if (!HasConstantWeights(node, out Tensor weight))
        {
            analysis.PinInputs(node);
            return;
        }

        long groups = node.Attributes.GetInt("group", 1);
        long inputs = weight.Shape[1] * groups;
        ChannelVector? x = analysis.VectorOn(node.Input(0), 1, inputs);
        if (groups == inputs && groups > 1)
        {
            if (x is not null)
                Depthwise(analysis, node, x, (int)(weight.Shape[0] / groups));
            return;
        }

        int[] outputs = analysis.Atoms.Create(weight.Shape[0]);
        analysis.TieGroups(outputs, groups);
        analysis.Producers.Add(new ChannelProducer(node, 0, outputs));
        analysis.Slice(node, 1, 0, outputs, makesChannels: true);
        analysis.Slice(node, 2, 0, outputs, makesChannels: true);
        if (x is not null)
        {
            analysis.TieGroups(x.Atoms, groups);
            analysis.Slice(node, 1, 1, x.Atoms[..(int)weight.Shape[1]]);
            analysis.Absorptions.Add(new ChannelAbsorption(node, x, WindowRules.HasNoPadding(node)));
        }

        analysis.Set(node.Output, new ChannelVector(1, outputs, ConvConstants.Of(node, x)));
    }

    internal static void ConvTranspose(ChannelAnalysis analysis, Node node)
    {
        if (!HasConstantWeights(node, out Tensor weight))
        {
            analysis.PinInputs(node);
            return;
        }

        long groups = node.Attributes.GetInt("group", 1);
        ChannelVector? x = analysis.VectorOn(node.Input(0), 1, weight.Shape[0]);
        if (groups == weight.Shape[0] && groups > 1)
        {
            if (x is not null)
                DepthwiseTransposed(analysis, node, x, (int)weight.Shape[1]);
            return;
        }

        int[] outputs = analysis.Atoms.Create(weight.Shape[1] * groups);
        analysis.TieGroups(outputs, groups);
        analysis.Producers.Add(new ChannelProducer(node, 1, outputs[..(int)weight.Shape[1]]));
        analysis.Slice(node, 1, 1, outputs[..(int)weight.Shape[1]], makesChannels: true);
        analysis.Slice(node, 2, 0, outputs, makesChannels: true);
        if (x is not null)
        {
            analysis.TieGroups(x.Atoms, groups);
            analysis.Slice(node, 1, 0, x.Atoms);
            analysis.Absorptions.Add(new ChannelAbsorption(node, x, FoldsConstants: false));
        }

        analysis.Set(node.Output, new ChannelVector(1, outputs, ConvConstants.OfTransposed(node, x)));
    }

    /// <summary>Each input channel has output channels of its own: they live and die together.</summary>
    private static void Depthwise(ChannelAnalysis analysis, Node node, ChannelVector x, int multiplier)
    {
        int[] outputs = Repeat(x.Atoms, multiplier);
        analysis.Producers.Add(new ChannelProducer(node, 0, outputs));
        analysis.Slice(node, 1, 0, outputs, makesChannels: true);
        analysis.Slice(node, 2, 0, outputs, makesChannels: true);
        analysis.AttributeEdits[node] = s => node.Attributes.With("group", (long)s.Count(x.Atoms));
        analysis.Set(node.Output, new ChannelVector(1, outputs, ConvConstants.Of(node, x)));
    }

    private static void DepthwiseTransposed(ChannelAnalysis analysis, Node node, ChannelVector x, int multiplier)
    {
        int[] outputs = Repeat(x.Atoms, multiplier);
        analysis.Slice(node, 1, 0, x.Atoms, makesChannels: true);
        analysis.Slice(node, 2, 0, outputs, makesChannels: true);
        analysis.AttributeEdits[node] = s => node.Attributes.With("group", (long)s.Count(x.Atoms));
        analysis.Set(node.Output, new ChannelVector(1, outputs, ConvConstants.OfTransposed(node, x)));
    }

    private static int[] Repeat(int[] atoms, int times) => [.. atoms.SelectMany(a => Enumerable.Repeat(a, times))];

    private static bool HasConstantWeights(Node node, out Tensor weight)
    {
        weight = node.Input(1)?.Constant!; // read only when the result is true
        return weight is { Shape.Rank: > 2 } && weight.DataType.IsFloatingPoint() && node.Input(2) is null or { IsConstant: true };
    }
}
