using Hone.Kernels.Convolution;

namespace Hone.Tests.Kernels;

/// <summary>The plain definition of a convolution over [N, H, W, C] arrays, in double or exact integers.</summary>
internal static class ConvolutionReference
{
    /// <summary>For every output element the bias plus the products of input elements and weights, the latter given by their
    /// index.</summary>
    internal static TAcc[] Sums<T, TAcc>(
        ConvolutionShape shape, int batch, int height, int width, T[] input, Func<T, int, TAcc> product, Func<int, TAcc> bias, Func<TAcc, TAcc, TAcc> add)
    {
        int oh = shape.OutputHeight(height), ow = shape.OutputWidth(width);
        TAcc[] result = new TAcc[batch * oh * ow * shape.OutChannels];
        int at = 0;
        for (int n = 0; n < batch; n++)
        {
            for (int y = 0; y < oh; y++)
            {
                for (int x = 0; x < ow; x++)
                {
                    for (int oc = 0; oc < shape.OutChannels; oc++)
                    {
                        TAcc sum = bias(oc);
                        int group = oc / shape.GroupOutChannels;
                        for (int ic = 0; ic < shape.GroupInChannels; ic++)
                        {
                            for (int kh = 0; kh < shape.KernelHeight; kh++)
                            {
                                for (int kw = 0; kw < shape.KernelWidth; kw++)
                                {
                                    int iy = y * shape.StrideHeight - shape.PadTop + kh * shape.DilationHeight;
                                    int ix = x * shape.StrideWidth - shape.PadLeft + kw * shape.DilationWidth;
                                    if (iy >= 0 && iy < height && ix >= 0 && ix < width)
                                    {
                                        int source = ((n * height + iy) * width + ix) * shape.InChannels + group * shape.GroupInChannels + ic;
                                        int weight = ((oc * shape.GroupInChannels + ic) * shape.KernelHeight + kh) * shape.KernelWidth + kw;
                                        sum = add(sum, product(input[source], weight));
                                    }
                                }
                            }
                        }

                        result[at++] = sum;
                    }
                }
            }
        }

        return result;
    }
}
