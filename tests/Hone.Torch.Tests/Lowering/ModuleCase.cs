using System.Diagnostics;
using System.Runtime.CompilerServices;
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
        nn.Module<Tensor, Tensor, Tensor> two => [two.call(inputs[0], inputs.ElementAtOrDefault(1)!)], // the state of a cell is optional
        nn.Module<Tensor, Tensor, (Tensor, Tensor)> recurrent => Flatten(recurrent.call(inputs[0], null!)), // null starts from zero
        nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)> cell => Flatten(cell.call(inputs[0], (inputs[1], inputs[2]))),
        nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)> lstm => Flatten(lstm.call(inputs[0], null)),
        nn.Module<Tensor, Tensor, long[], Tensor> unpool => [unpool.call(inputs[0], inputs[1], null!)],
        _ => throw new InvalidOperationException($"{module.GetName()} has another signature"),
    };

    /// <summary>The arguments of capture: those of the case, and null for an optional one that has no default.</summary>
    public static object?[] Arguments(nn.Module module, Tensor[] inputs) => module switch
    {
        nn.Module<Tensor, Tensor, (Tensor, Tensor)> => [.. inputs, null],
        nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)> => [inputs[0], (inputs[1], inputs[2])],
        _ => [.. inputs],
    };

    private static Tensor[] Flatten(ITuple tuple) => [.. Enumerable.Range(0, tuple.Length).Select(i => (Tensor)tuple[i]!)]; // tuples of tensors
}
