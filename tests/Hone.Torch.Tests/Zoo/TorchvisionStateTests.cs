using Hone.Samples.Zoo.Vision;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Zoo;

/// <summary>The state dictionaries of the zoo have torchvision's names and shapes, so that its weights load.</summary>
public sealed class TorchvisionStateTests
{
    private static readonly Dictionary<string, Func<nn.Module>> s_models = new()
    {
        ["resnet18"] = () => ResNet.ResNet18(),
        ["resnet50"] = () => ResNet.ResNet50(),
        ["mobilenet_v2"] = () => new MobileNetV2(),
        ["mobilenet_v3_small"] = () => MobileNetV3.Small(),
        ["mobilenet_v3_large"] = () => MobileNetV3.Large(),
        ["efficientnet_b0"] = () => new EfficientNet(),
        ["shufflenet_v2_x0_5"] = () => ShuffleNetV2.X05(),
        ["shufflenet_v2_x1_0"] = () => ShuffleNetV2.X10(),
        ["squeezenet1_1"] = () => new SqueezeNet(),
        ["densenet121"] = () => new DenseNet(),
        ["vgg16"] = () => new Vgg(),
        ["googlenet"] = () => new GoogLeNet(),
        ["vit_b_16"] = () => new VisionTransformer(),
        ["convnext_tiny"] = () => new ConvNeXt(),
    };

    [Fact]
    public void NamesAndShapes_AreTorchvisions()
    {
        using TorchvisionPython python = new();
        string path = Path.Combine(python.Folder, "state.txt");
        python.Run("torchvision_state.py", [path, .. s_models.Keys]);
        ILookup<string, string> expected = File.ReadLines(path).Select(line => line.Split(' ', 2)).ToLookup(parts => parts[0], parts => parts[1]);
        foreach ((string name, Func<nn.Module> create) in s_models)
        {
            using nn.Module module = create();
            Assert.Equal(expected[name].Order(StringComparer.Ordinal), module.state_dict().Select(p => $"{p.Key} {string.Join(",", p.Value.shape)}").Order(StringComparer.Ordinal));
        }
    }
}
