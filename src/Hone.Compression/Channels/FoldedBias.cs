using Hone.Compression.Channels.Rules;
using Hone.Graphs;
using Hone.Passes;
using Hone.Tensors;

namespace Hone.Compression.Channels;

/// <summary>Moves removed channels that always hold one number into the bias of the layer that summed over them.</summary>
internal static class FoldedBias
{
    /// <summary>The bias of all output channels, or null when nothing is to be added to it.</summary>
    internal static Tensor? Of(ChannelAbsorption absorption, ChannelSelection selection)
    {
        ChannelVector x = absorption.Vector;
        int[] folded = [.. Enumerable.Range(0, x.Count).Where(i => !selection.Keeps(x.Atoms[i]) && x.Constants[i] != 0
            && !double.IsNaN(x.Constants[i]))];
        if (!absorption.FoldsConstants || folded.Length == 0)
            return null;
        Node node = absorption.Node;
        double[] sums = node.Is("Conv") ? Convolution(node, x, folded) : Matrix(node, x, folded);
        double[]? bias = FloatConstants.Read(node.Input(2));
        for (int o = 0; bias is not null && o < sums.Length; o++)
            sums[o] += bias[o];
        return FloatConstants.Write(node.Input(1)!.DataType, new TensorShape(sums.Length), sums);
    }

    private static double[] Convolution(Node node, ChannelVector x, int[] folded)
    {
        Tensor weight = node.Input(1)!.Constant!;
        double[] kernels = ConvConstants.KernelSums(node.Input(1)!, out _);
        (int outputs, int inputsPerGroup) = ((int)weight.Shape[0], (int)weight.Shape[1]);
        int outputsPerGroup = outputs / (int)node.Attributes.GetInt("group", 1);
        double[] sums = new double[outputs];
        foreach (int i in folded)
        {
            int group = i / inputsPerGroup;
            for (int o = group * outputsPerGroup; o < (group + 1) * outputsPerGroup; o++)
                sums[o] += x.Constants[i] * kernels[(o * inputsPerGroup) + (i % inputsPerGroup)];
        }

        return sums;
    }

    private static double[] Matrix(Node node, ChannelVector x, int[] folded)
    {
        Tensor matrix = node.Input(1)!.Constant!;
        double[] elements = FloatConstants.Read(node.Input(1))!;
        bool isTransposed = node.Attributes.GetBool("transB");
        (int rows, int columns) = ((int)matrix.Shape[0], (int)matrix.Shape[1]);
        double alpha = node.Attributes.GetFloat("alpha", 1);
        double[] sums = new double[isTransposed ? rows : columns];
        foreach (int i in folded)
        {
            for (int o = 0; o < sums.Length; o++)
                sums[o] += alpha * x.Constants[i] * elements[isTransposed ? (o * columns) + i : (i * columns) + o];
        }

        return sums;
    }
}
