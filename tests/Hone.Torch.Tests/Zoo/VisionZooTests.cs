using Hone.Samples.Zoo.Vision;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Zoo;

public sealed class VisionZooTests
{
    [Fact]
    public void ResNet18() => ZooAssert.MatchesAtBatches(ResNet.ResNet18());

    [Fact]
    public void ResNet18_OfGreyImages() => ZooAssert.MatchesAtBatches(ResNet.ResNet18(classes: 10, inChannels: 1, width: 16), channels: 1, size: 28);

    [Fact]
    public void ResNet50() => ZooAssert.MatchesAtBatches(ResNet.ResNet50(width: 32));

    [Fact]
    public void MobileNetV2() => ZooAssert.MatchesAtBatches(new MobileNetV2());

    [Fact]
    public void MobileNetV3_Small() => ZooAssert.MatchesAtBatches(MobileNetV3.Small());

    [Fact]
    public void MobileNetV3_Large() => ZooAssert.MatchesAtBatches(MobileNetV3.Large());

    [Fact]
    public void EfficientNetB0() => ZooAssert.MatchesAtBatches(new EfficientNet(width: 0.5));

    [Fact]
    public void ShuffleNetV2() => ZooAssert.MatchesAtBatches(Samples.Zoo.Vision.ShuffleNetV2.X10());

    [Fact]
    public void SqueezeNet() => ZooAssert.MatchesAtBatches(new SqueezeNet());

    [Fact]
    public void DenseNet121() => ZooAssert.MatchesAtBatches(new DenseNet(growth: 16));

    [Fact]
    public void Vgg16() => ZooAssert.MatchesAtBatches(new Vgg(classes: 10, width: 0.125), size: 224);

    [Fact]
    public void Vgg16_OfSmallImages() => ZooAssert.MatchesAtBatches(new Vgg(classes: 10, width: 0.125, usesBatchNorm: true));

    [Fact]
    public void GoogLeNet_LeavesAuxiliaryHeadsToTraining()
    {
        using GoogLeNet module = new(classes: 10);
        Model model = module.Capture(rand(2, 3, 64, 64));
        Assert.Single(model.Graph.Outputs);
        Assert.DoesNotContain(model.Graph.Constants, c => c.Name.StartsWith("aux", StringComparison.Ordinal));
    }

    [Fact]
    public void GoogLeNet_WithAuxiliaryHeads()
    {
        Model model = ZooAssert.MatchesAtBatches(new GoogLeNet(classes: 10, alwaysUsesAuxiliaries: true));
        Assert.Equal(3, model.Graph.Outputs.Count);
    }

    [Fact]
    public void UNet() => ZooAssert.MatchesAtBatches(new UNet(width: 16));

    [Fact]
    public void SsdDetector() => ZooAssert.MatchesAtBatches(new SsdDetector(imageSize: 128, width: 16), size: 128);

    [Fact]
    public void VisionTransformer() =>
        ZooAssert.MatchesAtBatches(new VisionTransformer(imageSize: 64, layers: 4, attentionHeads: 4, features: 128, hidden: 256));

    [Fact]
    public void ConvNeXt() => ZooAssert.MatchesAtBatches(new ConvNeXt(width: 32, depths: [1, 1, 2, 1]));

    [Fact]
    public void MlpMixer() => ZooAssert.MatchesAtBatches(new MlpMixer(imageSize: 64, depth: 3, features: 96, channelHidden: 192));
}
