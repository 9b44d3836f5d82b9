using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>Weights channels by what the whole image holds (Hu et al., 2017).</summary>
public sealed class SqueezeExcitation : Module<Tensor, Tensor>
{
    private readonly AdaptiveAvgPool2d avgpool = AdaptiveAvgPool2d(1);
    private readonly Conv2d fc1;
    private readonly Conv2d fc2;
    private readonly Module<Tensor, Tensor> activation;
    private readonly Module<Tensor, Tensor> scale_activation;

    /// <summary>Creates the layers.</summary>
    /// <param name="channels">Channels that are weighted.</param>
    /// <param name="squeezedChannels">Channels between the two layers.</param>
    /// <param name="activation">Between the two layers.</param>
    /// <param name="scaleActivation">Makes the weights.</param>
    public SqueezeExcitation(long channels, long squeezedChannels, Module<Tensor, Tensor> activation, Module<Tensor, Tensor> scaleActivation)
        : base(nameof(SqueezeExcitation))
    {
        fc1 = Conv2d(channels, squeezedChannels, 1);
        fc2 = Conv2d(squeezedChannels, channels, 1);
        this.activation = activation;
        scale_activation = scaleActivation;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor scale = activation.call(fc1.call(avgpool.call(input)));
        return scale_activation.call(fc2.call(scale)) * input;
    }
}
