using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>A convolution without bias, batch normalization, and an activation: torchvision's <c>Conv2dNormActivation</c>.</summary>
public sealed class ConvNormActivation : Sequential
{
    /// <summary>Creates the layers; the padding keeps the size at stride 1.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernelSize">Odd.</param>
    /// <param name="stride">Step of the convolution.</param>
    /// <param name="groups">Groups of the convolution; as many as channels for a depthwise one.</param>
    /// <param name="activation">The last layer; null for none.</param>
    /// <param name="normEpsilon">Epsilon of the normalization.</param>
    /// <param name="normMomentum">Momentum of the normalization's running statistics.</param>
    public ConvNormActivation(
        long inChannels,
        long outChannels,
        long kernelSize = 3,
        long stride = 1,
        long groups = 1,
        Module<Tensor, Tensor>? activation = null,
        double normEpsilon = 1e-5,
        double normMomentum = 0.1)
        : base(Layers(inChannels, outChannels, kernelSize, stride, groups, activation, normEpsilon, normMomentum))
    {
    }

    private static Module<Tensor, Tensor>[] Layers(
        long inChannels, long outChannels, long kernelSize, long stride, long groups, Module<Tensor, Tensor>? activation, double normEpsilon, double normMomentum)
    {
        Conv2d conv = Conv2d(inChannels, outChannels, kernelSize, stride: stride, padding: (kernelSize - 1) / 2, groups: groups, bias: false);
        BatchNorm2d norm = BatchNorm2d(outChannels, normEpsilon, normMomentum);
        return activation is null ? [conv, norm] : [conv, norm, activation];
    }
}
