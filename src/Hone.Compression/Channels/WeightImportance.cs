using Hone.Graphs;
using Hone.Passes;
using Hone.Tensors;

namespace Hone.Compression.Channels;

/// <summary>The importance of the slices of a weight, relative to their mean.</summary>
internal static class WeightImportance
{
    internal static double[] Of(Value weight, int axis, ChannelImportance kind)
    {
        double[][] slices = Slices(weight, axis);
        double[] importance = kind switch
        {
            ChannelImportance.L1 => Array.ConvertAll(slices, s => s.Sum(Math.Abs)),
            ChannelImportance.L2 => Array.ConvertAll(slices, s => Math.Sqrt(s.Sum(x => x * x))),
            _ => Array.ConvertAll(slices, s => slices.Sum(other => Distance(s, other))),
        };
        double mean = importance.Length == 0 ? 0 : importance.Average();
        return mean == 0 ? importance : Array.ConvertAll(importance, i => i / mean);
    }

    private static double[][] Slices(Value constant, int axis)
    {
        ReadOnlySpan<double> elements = FloatConstants.Read(constant);
        Tensor weight = constant.Constant!; // producers have constant weights
        int count = (int)weight.Shape[axis];
        int inner = (int)weight.Shape.ElementCountOf(axis + 1, weight.Shape.Rank);
        int outer = (int)weight.Shape.ElementCountOf(0, axis);
        double[][] slices = new double[count][];
        for (int c = 0; c < count; c++)
        {
            slices[c] = new double[outer * inner];
            for (int o = 0; o < outer; o++)
                elements.Slice(((o * count) + c) * inner, inner).CopyTo(slices[c].AsSpan(o * inner));
        }

        return slices;
    }

    private static double Distance(double[] left, double[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        return Math.Sqrt(sum);
    }
}
