using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>Segmentation with an encoder, a decoder, and connections between them (Ronneberger et al., 2015), padded so that sizes are kept.</summary>
public sealed class UNet : Module<Tensor, Tensor>
{
    private readonly ModuleList<Sequential> encoders = [];
    private readonly MaxPool2d pool = MaxPool2d(2);
    private readonly ModuleList<ConvTranspose2d> ups = [];
    private readonly ModuleList<Sequential> decoders = [];
    private readonly Conv2d head;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="width">Channels of the first level; each further one has twice as many.</param>
    /// <param name="depth">Number of times that the size is halved.</param>
    public UNet(int classes = 2, int inChannels = 3, int width = 64, int depth = 4)
        : base(nameof(UNet))
    {
        encoders.Add(DoubleConv(inChannels, width));
        for (int level = 1; level <= depth; level++)
            encoders.Add(DoubleConv(width << (level - 1), width << level));
        for (int level = depth; level > 0; level--)
        {
            ups.Add(ConvTranspose2d(width << level, width << (level - 1), 2, stride: 2));
            decoders.Add(DoubleConv(width << level, width << (level - 1)));
        }

        head = Conv2d(width, classes, 1);
        RegisterComponents();
    }

    /// <summary>Computes the logits of each pixel.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>, both sizes multiples of 2 to the depth.</param>
    /// <returns><c>[N, classes, height, width]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Stack<Tensor> skips = new();
        Tensor x = encoders[0].call(input);
        foreach (Sequential encoder in encoders.Skip(1))
        {
            skips.Push(x);
            x = encoder.call(pool.call(x));
        }

        foreach ((ConvTranspose2d up, Sequential decoder) in ups.Zip(decoders))
            x = decoder.call(cat([skips.Pop(), up.call(x)], dim: 1));
        return head.call(x).MoveToOuterDisposeScope();
    }

    private static Sequential DoubleConv(long inChannels, long outChannels) => Sequential(
        new ConvNormActivation(inChannels, outChannels, activation: ReLU(inplace: true)),
        new ConvNormActivation(outChannels, outChannels, activation: ReLU(inplace: true)));
}
