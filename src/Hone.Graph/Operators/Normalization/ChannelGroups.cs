using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Normalization;

/// <summary>Normalisation of groups of channels, each image on its own.</summary>
internal static class ChannelGroups
{
    /// <summary>Checks that scale and bias have one element for each channel.</summary>
    public static void Check(Node node, SymbolicShape? input, SymbolicShape? scale, SymbolicShape? bias)
    {
        node.RequireRank("the input", input, 2);
        Dimension channels = input is null ? Dimension.Unknown : input[1];
        node.RequireShape("the scale", scale, channels);
        node.RequireShape("the bias", bias, channels);
    }

    /// <summary>Normalises input 0 <c>[N, C, ..]</c> in groups of neighbouring channels, then applies scale (input 1) and bias (input 2) of each channel.</summary>
    /// <param name="context">The node's inputs and its attribute <c>epsilon</c>.</param>
    /// <param name="groups">Divides C.</param>
    public static Tensor Normalize(EvaluationContext context, long groups)
    {
        Tensor x = context.Input(0);
        Check(context.Node, new SymbolicShape(x.Shape), new SymbolicShape(context.Input(1).Shape), new SymbolicShape(context.Input(2).Shape));
        double epsilon = context.Attributes.GetFloat("epsilon", 1e-5f);
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        ReadOnlySpan<double> scale = TensorConversion.Widen<double>(context.Input(1));
        ReadOnlySpan<double> bias = TensorConversion.Widen<double>(context.Input(2));
        double[] output = new double[input.Length];
        int plane = (int)x.Shape.ElementCountOf(2, x.Shape.Rank);
        int size = input.Length == 0 ? 1 : (int)(x.Shape[1] / groups) * plane;
        for (int start = 0; start < input.Length; start += size)
        {
            (double mean, double variance) = Moments.Of(input.Slice(start, size));
            double inverse = 1 / Math.Sqrt(variance + epsilon);
            for (int i = start; i < start + size; i++)
            {
                int channel = i / plane % scale.Length;
                output[i] = (input[i] - mean) * inverse * scale[channel] + bias[channel];
            }
        }

        return TensorConversion.Narrow<double>(output, x.DataType, x.Shape);
    }
}
