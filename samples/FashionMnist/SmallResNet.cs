using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FashionMnist;

/// <summary>A residual network for 28 x 28 grey images: two stages, at half and at a quarter of the size, each with a residual block.</summary>
public sealed class SmallResNet : Module<Tensor, Tensor>
{
    private readonly ConvNormRelu stem;
    private readonly MaxPool2d maxPool;
    private readonly ResidualBlock block1;
    private readonly ConvNormRelu down;
    private readonly ResidualBlock block2;
    private readonly AdaptiveAvgPool2d averagePool;
    private readonly Dropout dropout;
    private readonly Linear classifier;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="width">Channels of the first stage; the second has twice as many.</param>
    /// <param name="classes">Number of classes.</param>
    public SmallResNet(int width = 32, int classes = 10)
        : base(nameof(SmallResNet))
    {
        stem = new ConvNormRelu(1, width, stride: 1);
        maxPool = MaxPool2d(2);
        block1 = new ResidualBlock(width);
        down = new ConvNormRelu(width, 2 * width, stride: 2);
        block2 = new ResidualBlock(2 * width);
        averagePool = AdaptiveAvgPool2d(1);
        dropout = Dropout(0.1);
        classifier = Linear(2 * width, classes);
        RegisterComponents();
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, 1, 28, 28]</c>, normalized.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = block1.call(maxPool.call(stem.call(input)));
        x = block2.call(down.call(x));
        x = averagePool.call(x).flatten(1);
        return classifier.call(dropout.call(x)).MoveToOuterDisposeScope();
    }
}
