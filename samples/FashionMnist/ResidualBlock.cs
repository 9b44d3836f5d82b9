using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FashionMnist;

/// <summary>Two 3 x 3 convolutions with batch normalization, added to the input.</summary>
public sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d norm2;

    /// <summary>Creates the block with random weights.</summary>
    public ResidualBlock(int channels)
        : base(nameof(ResidualBlock))
    {
        conv1 = Conv2d(channels, channels, 3, padding: 1, bias: false);
        norm1 = BatchNorm2d(channels);
        conv2 = Conv2d(channels, channels, 3, padding: 1, bias: false);
        norm2 = BatchNorm2d(channels);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor x = functional.relu(norm1.call(conv1.call(input)));
        x = norm2.call(conv2.call(x));
        return functional.relu(x + input);
    }
}
