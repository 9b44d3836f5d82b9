using Hone.Samples.Zoo.Text;
using Hone.Samples.Zoo.Vision;
using Hone.Torch.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace EfficientTraining;

/// <summary>A convolutional network of the zoo with a typical input.</summary>
/// <param name="Name">As papers call it.</param>
/// <param name="Create">With random weights.</param>
/// <param name="Shape">Of one sample, for an image size.</param>
internal sealed record ZooNetwork(string Name, Func<nn.Module> Create, Func<int, long[]> Shape)
{
    private const int SequenceLength = 1024;

    internal static IReadOnlyList<ZooNetwork> All { get; } =
    [
        Images("ResNet-18", () => ResNet.ResNet18()),
        Images("ResNet-50", () => ResNet.ResNet50()),
        Images("MobileNetV2", () => new MobileNetV2()),
        Images("MobileNetV3 small", () => MobileNetV3.Small()),
        Images("MobileNetV3 large", () => MobileNetV3.Large()),
        Images("EfficientNet-B0", () => new EfficientNet()),
        Images("ShuffleNetV2", () => ShuffleNetV2.X10()),
        Images("SqueezeNet", () => new SqueezeNet()),
        Images("DenseNet-121", () => new DenseNet()),
        Images("GoogLeNet", () => new GoogLeNet()),
        Images("ConvNeXt tiny", () => new ConvNeXt()),
        Images("VGG-16", () => new Vgg()),
        Images("U-Net", () => new UNet(width: 32)),
        new("SSD", () => new SsdDetector(), _ => [1, 3, 256, 256]),
        new("Temporal conv net", () => new TemporalConvNet(channels: [64, 64, 64, 64]), _ => [1, 8, SequenceLength]),
        Images("ViT-B/16", () => new VisionTransformer()),
    ];

    /// <summary>Calls a network of whatever outputs, as it was written or made fast.</summary>
    internal static void Call(nn.Module module, Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        _ = module switch
        {
            InferenceModule frozen => frozen.Execute([input]),
            CompiledModule compiled => compiled.Execute([input]),
            nn.Module<Tensor, Tensor> single => single.call(input),
            nn.Module<Tensor, (Tensor, Tensor)> detector => detector.call(input),
            nn.Module<Tensor, (Tensor, Tensor?, Tensor?)> withAuxiliaries => withAuxiliaries.call(input),
            _ => (object)Array.Empty<Tensor>(),
        };
    }

    private static ZooNetwork Images(string name, Func<nn.Module> create) => new(name, create, size => [1, 3, size, size]);
}
