using Hone.Graphs;
using Hone.Passes;
using Hone.Tensors;

namespace Hone.Compression.Channels.Rules;

/// <summary>Output channels of a convolution that always hold one number: those whose weights are zero, or meet only constant channels.</summary>
internal static class ConvConstants
{
    /// <summary>One number for each output channel, NaN where it varies.</summary>
    /// <param name="node">A Conv of constant weights.</param>
    /// <param name="x">Its input channels, or null where nothing is known of them.</param>
    internal static double[] Of(Node node, ChannelVector? x)
    {
        Tensor weight = node.Input(1)!.Constant!;
        double[]? bias = FloatConstants.Read(node.Input(2));
        bool passesConstants = WindowRules.HasNoPadding(node);
        double[] sums = KernelSums(node.Input(1)!, out bool[] isZero);
        (long outputs, long inputsPerGroup) = (weight.Shape[0], weight.Shape[1]);
        long outputsPerGroup = outputs / node.Attributes.GetInt("group", 1);
        double[] constants = new double[outputs];
        for (long o = 0; o < outputs; o++)
        {
            constants[o] = bias?[o] ?? 0;
            for (long i = 0; i < inputsPerGroup; i++)
            {
                long kernel = (o * inputsPerGroup) + i;
                double input = x?.Constants[(o / outputsPerGroup * inputsPerGroup) + i] ?? double.NaN;
                if (isZero[kernel] || input == 0)
                    continue;
                constants[o] += passesConstants ? input * sums[kernel] : double.NaN;
            }
        }

        return constants;
    }

    /// <summary>As <see cref="Of"/> for a ConvTranspose, whose windows overlap: only zeros stay constant.</summary>
    internal static double[] OfTransposed(Node node, ChannelVector? x)
    {
        Tensor weight = node.Input(1)!.Constant!;
        double[]? bias = FloatConstants.Read(node.Input(2));
        KernelSums(node.Input(1)!, out bool[] isZero);
        int groups = (int)node.Attributes.GetInt("group", 1);
        (int inputs, int outputs) = ((int)weight.Shape[0] / groups, (int)weight.Shape[1]);
        double[] constants = new double[groups * outputs];
        for (int o = 0; o < constants.Length; o++)
        {
            int firstInput = o / outputs * inputs;
            bool isConstant = Enumerable.Range(firstInput, inputs).All(i => isZero[(i * outputs) + (o % outputs)] || x?.Constants[i] == 0);
            constants[o] = isConstant ? bias?[o] ?? 0 : double.NaN;
        }

        return constants;
    }

    /// <summary>The sum over the spatial axes of each kernel, row-major over the first two axes.</summary>
    internal static double[] KernelSums(Value constant, out bool[] isZero)
    {
        ReadOnlySpan<double> elements = FloatConstants.Read(constant);
        Tensor weight = constant.Constant!; // only constants come here
        int kernels = checked((int)(weight.Shape[0] * weight.Shape[1]));
        int size = kernels == 0 ? 0 : elements.Length / kernels;
        double[] sums = new double[kernels];
        isZero = new bool[kernels];
        for (int k = 0; k < kernels; k++)
        {
            ReadOnlySpan<double> kernel = elements.Slice(k * size, size);
            isZero[k] = !kernel.ContainsAnyExcept(0.0);
            foreach (double element in kernel)
                sums[k] += element;
        }

        return sums;
    }
}
