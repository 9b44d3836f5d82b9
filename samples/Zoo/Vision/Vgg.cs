using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>VGG-16 (Simonyan and Zisserman, 2014) with torchvision's names.</summary>
public sealed class Vgg : Module<Tensor, Tensor>
{
    private static readonly int[][] s_stages = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];

    private readonly Sequential features;
    private readonly AdaptiveAvgPool2d avgpool = AdaptiveAvgPool2d(7);
    private readonly Sequential classifier;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="width">Factor on the number of channels and hidden units.</param>
    /// <param name="usesBatchNorm">Whether each convolution is followed by a batch normalization.</param>
    public Vgg(int classes = 1000, int inChannels = 3, double width = 1, bool usesBatchNorm = false)
        : base(nameof(Vgg))
    {
        long channels = inChannels;
        List<Module<Tensor, Tensor>> layers = [];
        foreach (int[] stage in s_stages)
        {
            foreach (int count in stage)
            {
                long outChannels = (long)(count * width);
                layers.Add(Conv2d(channels, outChannels, 3, padding: 1));
                if (usesBatchNorm)
                    layers.Add(BatchNorm2d(outChannels));
                layers.Add(ReLU(inplace: true));
                channels = outChannels;
            }

            layers.Add(MaxPool2d(2, stride: 2));
        }

        features = Sequential(layers);
        long hidden = (long)(4096 * width);
        classifier = Sequential(
            Linear(channels * 7 * 7, hidden), ReLU(inplace: true), Dropout(), Linear(hidden, hidden), ReLU(inplace: true), Dropout(), Linear(hidden, classes));
        RegisterComponents();
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return classifier.call(avgpool.call(features.call(input)).flatten(1)).MoveToOuterDisposeScope();
    }
}
