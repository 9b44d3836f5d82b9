using System.Runtime.InteropServices;
using Hone.Samples.Zoo.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Zoo;

/// <summary>Checkpoints of torchvision's models load into the zoo's, which then give PyTorch's outputs.</summary>
public sealed class TorchvisionWeightTests
{
    private static readonly Dictionary<string, Func<nn.Module<Tensor, Tensor>>> s_models = new()
    {
        ["resnet18"] = () => ResNet.ResNet18(),
        ["mobilenet_v2"] = () => new MobileNetV2(),
        ["vit_b_16"] = () => new VisionTransformer(),
    };

    [Fact]
    public void LoadedWeights_GivePyTorchsOutputs()
    {
        using TorchvisionPython python = new();
        python.Run("torchvision_weights.py", [python.Folder, .. s_models.Keys]);
        foreach ((string name, Func<nn.Module<Tensor, Tensor>> create) in s_models)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable gradients = no_grad();
            using nn.Module<Tensor, Tensor> module = create();
            module.LoadWeights(Path.Combine(python.Folder, $"{name}.pth"));
            module.eval();
            Tensor expected = Read($"{name}.output").reshape(2, 1000);
            Tensor actual = module.call(Read($"{name}.input").reshape(2, 3, 224, 224));
            float scale = expected.abs().max().item<float>();
            float error = (expected - actual).abs().max().item<float>();
            Assert.True(error <= 1e-4f * scale, $"{name}: error {error} at scale {scale}");
            Assert.True((expected[0] - expected[1]).abs().max().item<float>() > 1e-3f * scale, "The output hardly depends on the input.");
        }

        Tensor Read(string file) => tensor(MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(python.Folder, file))).ToArray());
    }
}
