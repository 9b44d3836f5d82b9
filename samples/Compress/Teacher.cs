using FashionMnist;
using Hone;
using Hone.Torch.GraphModules;
using static TorchSharp.torch;

namespace Compress;

/// <summary>The large network as it runs on libtorch.</summary>
internal static class Teacher
{
    /// <summary>Loads it: from an ONNX file that was named, or from an earlier run; null when it is to be trained.</summary>
    internal static nn.Module<Tensor, Tensor>? Create(PipelineOptions options, RunFiles files)
    {
        nn.Module<Tensor, Tensor>? teacher = options.Teacher is { } path ? new GraphModule(Model.Load(path))
            : File.Exists(files.Teacher) ? (nn.Module<Tensor, Tensor>)new SmallResNet(options.Width).load(files.Teacher)
            : null;
        teacher?.eval();
        return teacher;
    }
}
