using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FashionMnist;

/// <summary>3 x 3 convolution, batch normalization, ReLU.</summary>
public sealed class ConvNormRelu : Module<Tensor, Tensor>
{
    private readonly Conv2d conv;
    private readonly BatchNorm2d norm;

    /// <summary>Creates the layer with random weights.</summary>
    public ConvNormRelu(int inChannels, int outChannels, int stride)
        : base(nameof(ConvNormRelu))
    {
        conv = Conv2d(inChannels, outChannels, 3, stride: stride, padding: 1, bias: false);
        norm = BatchNorm2d(outChannels);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => functional.relu(norm.call(conv.call(input)));
}
