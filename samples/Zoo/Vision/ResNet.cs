using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>Deep residual learning (He et al., 2015) with torchvision's names.</summary>
public sealed class ResNet : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly ReLU relu = ReLU(inplace: true);
    private readonly MaxPool2d maxpool = MaxPool2d(3, stride: 2, padding: 1);
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly Sequential layer4;
    private readonly AdaptiveAvgPool2d avgpool = AdaptiveAvgPool2d(1);
    private readonly Linear fc;

    private ResNet(string name, bool usesBottleneck, ReadOnlySpan<int> blocks, int classes, int inChannels, int width)
        : base(name)
    {
        conv1 = Conv2d(inChannels, width, 7, stride: 2, padding: 3, bias: false);
        bn1 = BatchNorm2d(width);
        long channels = width;
        layer1 = Stage(usesBottleneck, ref channels, width, blocks[0], stride: 1);
        layer2 = Stage(usesBottleneck, ref channels, 2 * width, blocks[1], stride: 2);
        layer3 = Stage(usesBottleneck, ref channels, 4 * width, blocks[2], stride: 2);
        layer4 = Stage(usesBottleneck, ref channels, 8 * width, blocks[3], stride: 2);
        fc = Linear(channels, classes);
        RegisterComponents();
        foreach (Conv2d conv in modules().OfType<Conv2d>())
            init.kaiming_normal_(conv.weight!, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
    }

    /// <summary>18 layers in basic blocks.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="width">Channels of the first stage.</param>
    public static ResNet ResNet18(int classes = 1000, int inChannels = 3, int width = 64) =>
        new("ResNet18", usesBottleneck: false, [2, 2, 2, 2], classes, inChannels, width);

    /// <summary>50 layers in bottleneck blocks.</summary>
    /// <inheritdoc cref="ResNet18"/>
    public static ResNet ResNet50(int classes = 1000, int inChannels = 3, int width = 64) =>
        new("ResNet50", usesBottleneck: true, [3, 4, 6, 3], classes, inChannels, width);

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = maxpool.call(relu.call(bn1.call(conv1.call(input))));
        x = layer4.call(layer3.call(layer2.call(layer1.call(x))));
        return fc.call(avgpool.call(x).flatten(1)).MoveToOuterDisposeScope();
    }

    private static Sequential Stage(bool usesBottleneck, ref long inChannels, int width, int count, int stride)
    {
        List<Module<Tensor, Tensor>> blocks = [];
        for (int i = 0; i < count; i++)
        {
            int step = i == 0 ? stride : 1;
            blocks.Add(usesBottleneck ? new Bottleneck(inChannels, width, step) : new BasicBlock(inChannels, width, step));
            inChannels = usesBottleneck ? width * Bottleneck.Expansion : width;
        }

        return Sequential(blocks);
    }
}
