using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Passes;

/// <summary>The weights of a Conv or ConvTranspose whose result only one node reads: scales and shifts of the channels can move into them.</summary>
internal sealed class ConvWeights
{
    private readonly Node _node;
    private readonly double[] _weight;
    private readonly double[]? _bias;

    private ConvWeights(Node node, int channels, double[] weight, double[]? bias)
    {
        _node = node;
        Channels = channels;
        _weight = weight;
        _bias = bias;
    }

    /// <value>Number of output channels.</value>
    internal int Channels { get; }

    /// <value>Rank of the result: 4 for images.</value>
    internal int Rank => Weight.Shape.Rank;

    private Tensor Weight => _node.Input(1)!.Constant!;

    /// <summary>The weights of the node that produces a value; null when they are not constant, or the value has other readers.</summary>
    internal static ConvWeights? Behind(Graph graph, Value? value)
    {
        if (value?.Producer is not { } node || !(node.Is("Conv") || node.Is("ConvTranspose")) || graph.UseCount(value) != 1 || graph.FindValue(value.Name) != value)
            return null;
        if (FloatConstants.Read(node.Input(1)) is not { } weight || node.Input(1)!.Constant!.Shape is not { Rank: > 2 } shape)
            return null;
        double[]? bias = FloatConstants.Read(node.Input(2));
        if (bias is null && node.Input(2) is not null)
            return null;
        long channels = node.Is("Conv") ? shape[0] : shape[1] * node.Attributes.GetInt("group", 1);
        return channels > 0 && (bias is null || bias.Length == channels) ? new ConvWeights(node, (int)channels, weight, bias) : null;
    }

    /// <summary>Puts a node into the patch that computes <c>scale · conv(x) + shift</c> per channel.</summary>
    internal Value Rescaled(GraphPatch patch, double[]? scale, double[]? shift)
    {
        Value? bias = _node.Input(2);
        if (shift is not null || (scale is not null && _bias is not null))
        {
            double[] shifted = new double[Channels];
            for (int c = 0; c < Channels; c++)
                shifted[c] = ((_bias?[c] ?? 0) * (scale?[c] ?? 1)) + (shift?[c] ?? 0);
            bias = patch.Constant(bias?.Name ?? $"{_node.Name}_bias", FloatConstants.Write(Weight.DataType, new TensorShape(Channels), shifted));
        }

        Value weight = scale is null ? _node.Input(1)! : patch.Constant(_node.Input(1)!.Name, ScaledWeight(scale));
        return patch.Node(_node.Operator.Name, [_node.Input(0), weight, bias], _node.Attributes, _node.Name);
    }

    private Tensor ScaledWeight(double[] scale)
    {
        double[] scaled = (double[])_weight.Clone();
        TensorShape shape = Weight.Shape;
        long kernel = shape.ElementCountOf(2, shape.Rank);
        long group = _node.Attributes.GetInt("group", 1);
        for (long i = 0; i < scaled.LongLength; i++)
            scaled[i] *= scale[ChannelOf(i / kernel, shape, group)];
        return FloatConstants.Write(Weight.DataType, shape, scaled);
    }

    /// <summary>The output channel of a kernel. Conv holds [out, in / group], ConvTranspose [in, out / group].</summary>
    private long ChannelOf(long kernelIndex, TensorShape shape, long group) => _node.Is("Conv")
        ? kernelIndex / shape[1]
        : (kernelIndex / shape[1] / (shape[0] / group) * shape[1]) + (kernelIndex % shape[1]);
}
