using Hone.Graphs;

namespace Hone.Runtime.Lowering;

/// <summary>Grows a group from its anchor along the chain of only readers.</summary>
internal sealed class GroupBuilder(LoweringContext context, Node anchor)
{
    private readonly List<Node> _own = [anchor];
    private readonly HashSet<Node> _shared = [];
    private readonly List<Value> _inputs = [];

    /// <summary>The value at the end of the chain.</summary>
    internal Value Output => _own[^1].Output;

    /// <summary>The only reader of the end, or null where the chain must stop.</summary>
    internal Node? Next => context.OnlyReader(Output);

    /// <summary>Number of own nodes, for <see cref="Shrink"/>.</summary>
    internal int Length => _own.Count;

    /// <summary>Takes the next node into the chain.</summary>
    internal void Extend(Node node) => _own.Add(node);

    /// <summary>Gives back what was taken since the chain had the given length.</summary>
    internal void Shrink(int length) => _own.RemoveRange(length, _own.Count - length);

    /// <summary>Adds an input; one that is dequantized is read as codes, and the node that dequantizes joins the group.</summary>
    internal void Read(Value value) => _inputs.Add(value);

    /// <summary>Adds a dequantized input: its codes are read.</summary>
    internal void Read(QuantizedSource source)
    {
        _inputs.Add(source.Codes);
        _shared.Add(source.Dequantize);
    }

    /// <summary>Adds the nodes between the inputs and a value that the kernel folds, so that the group can be evaluated by reference too.</summary>
    internal void Share(Value? value)
    {
        if (value is { IsConstant: false, Producer: { } producer } && !_inputs.Contains(value) && _shared.Add(producer))
        {
            foreach (Value? input in producer.Inputs)
                Share(input);
        }
    }

    /// <summary>The group, whose outputs are the end of the chain, or those given.</summary>
    internal NodeGroup Build(IReadOnlyList<Value>? outputs = null)
    {
        // In the order of the graph, so that reference evaluation finds every input.
        Node[] nodes = [.. _own.Concat(_shared).OrderBy(context.PositionOf)];
        return new NodeGroup(anchor, nodes, [.. _own], _own.Max(context.PositionOf), _inputs, outputs ?? [Output]);
    }
}
