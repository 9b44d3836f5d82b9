using System.Diagnostics;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

/// <summary>A module of TorchSharp captured by itself.</summary>
/// <param name="Name">Its class, and a note behind a space where there are several cases.</param>
/// <param name="Create">Makes the module.</param>
/// <param name="Inputs">Makes the inputs; the first axis is the batch.</param>
[DebuggerDisplay("{Name}")]
internal sealed record ModuleCase(string Name, Func<nn.Module> Create, Func<Tensor[]> Inputs)
{
    /// <value>Name of the class.</value>
    public string ClassName => Name.Split(' ')[0];

    public override string ToString() => Name;

    /// <summary>The module in evaluation mode, with parameters and statistics that are neither zero nor one.</summary>
    public nn.Module CreateForTest()
    {
        nn.Module module = Create();
        module.eval();
        foreach (TorchSharp.Modules.Parameter parameter in module.parameters())
            nn.init.uniform_(parameter, -1, 1);
        foreach (Tensor buffer in module.buffers().Where(b => b.is_floating_point()))
            nn.init.uniform_(buffer, 0.5, 1.5);
        return module;
    }

    public static Tensor[] Call(nn.Module module, Tensor[] inputs) => module switch
    {
        nn.Module<Tensor, Tensor> one => [one.call(inputs[0])],
        nn.Module<Tensor, Tensor, Tensor> two => [two.call(inputs[0], inputs[1])],
        nn.Module<Tensor, Tensor, long[], Tensor> unpool => [unpool.call(inputs[0], inputs[1], null!)],
        _ => throw new InvalidOperationException($"{module.GetName()} has another signature"),
    };
}
