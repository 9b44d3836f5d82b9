using Hone.Compression.LowRank;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.LowRank;

/// <summary>Makes two thin layers of one; train them further as any module.</summary>
/// <remarks>For whole models capture them, factorize the graph and train it as a <c>GraphModule</c>: a layer in a field of its own type cannot be
/// exchanged.</remarks>
public static class LowRankLayers
{
    /// <summary>Factorizes a linear layer.</summary>
    /// <param name="layer">Not changed.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>Two linear layers, the first without bias; null where they would not be smaller.</returns>
    public static Sequential? Factorize(Linear layer, LowRankOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        (int outputs, int inputs) = ((int)layer.out_features, (int)layer.in_features);
        if (MatrixFactors.Create(Elements(layer.weight), outputs, inputs, options) is not { } factors)
            return null;
        Linear first = nn.Linear(inputs, factors.Rank, hasBias: false, dtype: layer.weight.dtype);
        Linear second = nn.Linear(factors.Rank, outputs, hasBias: layer.bias is not null, dtype: layer.weight.dtype);
        Fill(first.weight, factors.Right);
        Fill(second.weight, factors.Left);
        if (layer.bias is not null)
            Fill(second.bias!, Elements(layer.bias));
        return nn.Sequential(first, second);
    }

    /// <summary>Factorizes a convolution by its channels: the same windows into few channels, then 1 x 1.</summary>
    /// <param name="layer">Of one group, padded with zeros; not changed.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>Two convolutions, the first without bias; null where they would not be smaller.</returns>
    /// <exception cref="ArgumentException">The convolution has groups, or pads with something else.</exception>
    public static Sequential? Factorize(Conv2d layer, LowRankOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (layer.groups != 1 || layer.padding_mode != TorchSharp.PaddingModes.Zeros || layer.padding is null)
            throw new ArgumentException("Only convolutions of one group, with zeros of a given width around, are factorized.", nameof(layer));
        long[] kernel = layer.kernel_size;
        int outputs = (int)layer.out_channels;
        double[] weight = Elements(layer.weight);
        if (MatrixFactors.Create(weight, outputs, weight.Length / outputs, options) is not { } factors)
            return null;
        Conv2d first = nn.Conv2d(
            layer.in_channels, factors.Rank, (kernel[0], kernel[1]), (layer.stride[0], layer.stride[1]), (layer.padding[0], layer.padding[1]),
                (layer.dilation[0], layer.dilation[1]),
            bias: false, dtype: layer.weight.dtype);
        Conv2d second = nn.Conv2d(factors.Rank, outputs, 1, bias: layer.bias is not null, dtype: layer.weight.dtype);
        Fill(first.weight, factors.Right);
        Fill(second.weight, factors.Left);
        if (layer.bias is not null)
            Fill(second.bias!, Elements(layer.bias));
        return nn.Sequential(first, second);
    }

    private static double[] Elements(Tensor tensor)
    {
        using Tensor dense = tensor.detach().cpu().to_type(ScalarType.Float64).contiguous();
        return dense.data<double>().ToArray();
    }

    private static void Fill(Tensor parameter, double[] elements)
    {
        using IDisposable gradients = no_grad();
        using Tensor values = tensor(elements).view(parameter.shape);
        parameter.copy_(values);
    }
}
