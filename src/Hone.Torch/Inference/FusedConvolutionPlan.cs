using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Native;

namespace Hone.Torch.Inference;

/// <summary>Finds the convolutions that run packed, and the nodes that they take in.</summary>
internal sealed class FusedConvolutionPlan
{
    private readonly Graph _graph;
    private readonly Dictionary<Value, int> _positions = [];
    private readonly Dictionary<Node, FusedConvolution> _fusions = [];
    private readonly HashSet<Node> _absorbed = [];

    internal FusedConvolutionPlan(Graph graph)
    {
        _graph = graph;
        if (!PackedConvolution.IsAvailable)
            return;
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (Value? output in graph.Nodes[i].Outputs)
            {
                if (output is not null)
                    _positions.Add(output, i);
            }
        }

        foreach (Node node in graph.Nodes)
        {
            if (node.Is("Conv") && Fuse(node) is { } fused)
                _fusions.Add(node, fused);
        }
    }

    internal FusedConvolution? Find(Node node) => _fusions.GetValueOrDefault(node);

    internal bool IsAbsorbed(Node node) => _absorbed.Contains(node);

    private FusedConvolution? Fuse(Node node)
    {
        if (node.Input(1) is not { Constant: { DataType: DataType.Float32, Shape.Rank: 4 } weight } || node.Input(2) is { IsConstant: false } || node.Inputs[0]!.IsConstant)
            return null;
        long[] pads = node.Attributes.GetInts("pads") ?? new long[4];
        if (node.Attributes.GetString("auto_pad", "NOTSET") != "NOTSET" || pads[0] != pads[2] || pads[1] != pads[3])
            return null;
        ConvolutionWindow window = new(pads[..2], node.Attributes.GetInts("strides") ?? [1, 1], node.Attributes.GetInts("dilations") ?? [1, 1], node.Attributes.GetInt("group", 1));
        (Value output, Value? addend, FusedActivation activation) = Follow(node);
        return new FusedConvolution(node.Inputs[0]!, weight, node.Input(2), window, addend, activation, output, TypicalShape(node.Inputs[0]!, weight, window));
    }

    private (Value Output, Value? Addend, FusedActivation Activation) Follow(Node convolution)
    {
        Value output = convolution.Output;
        if (Swish(output) is { } swish)
            return (swish, null, FusedActivation.Swish);
        if (OnlyConsumer(output) is not { } next)
            return (output, null, FusedActivation.None);
        if (Activation(next) is { } activation)
            return (Absorb(next), null, activation);
        if (!next.Is("Add") || Addend(next, convolution) is not { } addend)
            return (output, null, FusedActivation.None);
        Value sum = Absorb(next);
        return OnlyConsumer(sum) is { } last && last.Is("Relu") ? (Absorb(last), addend, FusedActivation.Relu) : (sum, addend, FusedActivation.None);
    }

    /// <summary>The other operand, if it is there before the convolution and of its output's shape, so that nothing is broadcast.</summary>
    private Value? Addend(Node add, Node convolution)
    {
        Value sum = convolution.Output;
        Value other = add.Inputs[0] == sum ? add.Inputs[1]! : add.Inputs[0]!;
        if (other == sum || other.IsConstant || sum.Shape is null || !sum.Shape.Equals(other.Shape) || other.DataType != DataType.Float32)
            return null;
        bool isEarlier = other.Producer is null || _positions[other] < _positions[sum];
        return isEarlier ? other : null;
    }

    private Value? Swish(Value x)
    {
        if (x.Consumers.Count != 2 || _graph.IsOutput(x))
            return null;
        Node? sigmoid = x.Consumers.FirstOrDefault(c => c.Is("Sigmoid"));
        Node? product = x.Consumers.FirstOrDefault(c => c.Is("Mul"));
        if (sigmoid is null || product is null || OnlyConsumer(sigmoid.Output) != product)
            return null;
        Absorb(sigmoid);
        return Absorb(product);
    }

    private static FusedActivation? Activation(Node node) => node.Operator.ToString() switch
    {
        "Relu" => FusedActivation.Relu,
        "Sigmoid" => FusedActivation.Sigmoid,
        "HardSwish" => FusedActivation.HardSwish,
        "Clip" when node.Input(1)?.Constant is { DataType: DataType.Float32 } low && node.Input(2)?.Constant is { DataType: DataType.Float32 } high =>
            FusedActivation.Clamp(low.AsSpan<float>()[0], high.AsSpan<float>()[0]),
        _ => null,
    };

    private Node? OnlyConsumer(Value value) =>
        value.Consumers.Count == 1 && !_graph.IsOutput(value) && _positions.ContainsKey(value.Consumers[0].Output) ? value.Consumers[0] : null;

    private Value Absorb(Node node)
    {
        _absorbed.Add(node);
        return node.Output;
    }

    private static long[] TypicalShape(Value input, Tensors.Tensor weight, ConvolutionWindow window)
    {
        long[] shape = [1, weight.Shape[1] * window.Groups, 32, 32];
        for (int axis = 2; axis < 4; axis++)
        {
            if (input.Shape is { } known && known[axis].IsFixed)
                shape[axis] = known[axis].Value;
        }

        return shape;
    }
}
