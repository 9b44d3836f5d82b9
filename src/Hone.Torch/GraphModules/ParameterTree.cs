using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.GraphModules;

/// <summary>A module that only holds parameters and buffers, nested so that a dotted name such as <c>layer1.conv.weight</c> is found again in the state dictionary.</summary>
internal sealed class ParameterTree : nn.Module
{
    private readonly Dictionary<string, ParameterTree> _children = new(StringComparer.Ordinal);

    internal ParameterTree(string name)
        : base(name)
    {
    }

    internal void Add(string name, Tensor tensor)
    {
        (ParameterTree owner, string leaf) = Descend(name);
        if (tensor is Parameter parameter)
            owner.register_parameter(leaf, parameter);
        else
            owner.register_buffer(leaf, tensor, true);
    }

    /// <summary>Makes the children of the root the children of a module, so that no name of the tree itself shows.</summary>
    internal void MoveInto(Action<string, nn.Module> registerModule, Action<string, Parameter> registerParameter, Action<string, Tensor> registerBuffer)
    {
        foreach ((string name, ParameterTree child) in _children)
            registerModule(name, child);
        foreach ((string name, Parameter parameter) in named_parameters(false))
            registerParameter(name, parameter);
        foreach ((string name, Tensor buffer) in named_buffers(false, false))
            registerBuffer(name, buffer);
    }

    private (ParameterTree Owner, string Leaf) Descend(string name)
    {
        string[] path = name.Split('.', StringSplitOptions.RemoveEmptyEntries);
        ParameterTree owner = this;
        foreach (string part in path.SkipLast(1))
        {
            if (!owner._children.TryGetValue(part, out ParameterTree? child))
            {
                child = new ParameterTree(part);
                owner._children.Add(part, child);
                owner.register_module(part, child);
            }

            owner = child;
        }

        return (owner, path.Length == 0 ? "value" : path[^1]);
    }
}
