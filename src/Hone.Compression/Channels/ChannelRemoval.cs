using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Compression.Channels;

/// <summary>Takes the removed channels out of the weights and makes the nodes anew around them.</summary>
internal sealed class ChannelRemoval
{
    private readonly ChannelAnalysis _analysis;
    private readonly ChannelSelection _selection;
    private readonly GraphPatch _patch;
    private readonly Dictionary<Value, Value> _replaced = [];
    private readonly Dictionary<(Value, string), Value> _constants = [];
    private readonly ILookup<(Node, int), ChannelSlice> _slices;
    private readonly ILookup<Node, ChannelAbsorption> _absorptions;

    private ChannelRemoval(ChannelAnalysis analysis, ChannelSelection selection)
    {
        (_analysis, _selection) = (analysis, selection);
        _patch = new GraphPatch(analysis.Graph, "remove channels");
        _slices = analysis.Slices.ToLookup(s => (s.Node, s.InputIndex));
        _absorptions = analysis.Absorptions.ToLookup(a => a.Node);
    }

    internal static void Apply(ChannelAnalysis analysis, ChannelSelection selection) => new ChannelRemoval(analysis, selection).Run();

    private void Run()
    {
        foreach (Node node in _analysis.Graph.Nodes.ToArray())
            Rebuild(node);
        foreach ((Value old, Value @new) in _replaced)
            _patch.Replace(old, @new);
        _patch.Apply();
        TypeInference.Run(_analysis.Graph);
    }

    private void Rebuild(Node node)
    {
        Value?[] inputs = [.. node.Inputs.Select((_, i) => NewInput(node, i))];
        if (_absorptions[node].Select(a => FoldedBias.Of(a, _selection)).FirstOrDefault(b => b is not null) is { } bias)
            inputs = [inputs[0], inputs[1], NewBias(node, bias)];
        // Split by attribute becomes Split by sizes.
        if (node.Inputs.Count == 1 && _analysis.InputEdits.TryGetValue((node, 1), out Func<ChannelSelection, Tensor>? sizes))
            inputs = [inputs[0], _patch.Constant($"{node.Name}_sizes", sizes(_selection))];
        AttributeMap attributes = _analysis.AttributeEdits.TryGetValue(node, out Func<ChannelSelection, AttributeMap>? edit) ? edit(_selection)
            : node.Attributes;
        // What holds a graph is redirected in place: the channels that it reads all stay.
        bool isUnchanged = node.Subgraphs.Any() || (attributes == node.Attributes && inputs.SequenceEqual(node.Inputs));
        if (isUnchanged)
            return;
        Node renewed = _patch.Node(node.Operator.Name, inputs, node.Outputs.Count, attributes, node.Name, node.Operator.Domain);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output)
                _replaced.Add(output, renewed.Outputs[i]!); // a new node has all its outputs
        }
    }

    private Value? NewInput(Node node, int index)
    {
        if (node.Inputs[index] is not { } input)
            return null;
        if (_analysis.InputEdits.TryGetValue((node, index), out Func<ChannelSelection, Tensor>? edit))
            return _patch.Constant(input.Name, edit(_selection));
        ChannelSlice[] slices = [.. _slices[(node, index)].Where(s => _selection.Count(s.Atoms) < s.Atoms.Length)];
        if (input.Constant is null || slices.Length == 0)
            return _replaced.GetValueOrDefault(input, input);
        return Sliced(input, input.Constant, slices);
    }

    /// <summary>A constant that several nodes cut alike stays one.</summary>
    private Value Sliced(Value constant, Tensor tensor, ChannelSlice[] slices)
    {
        string key = string.Join(';', slices.Select(s => $"{s.Axis}:{string.Join(',', _selection.Kept(s.Atoms))}"));
        if (_constants.TryGetValue((constant, key), out Value? existing))
            return existing;
        foreach (ChannelSlice slice in slices)
            tensor = TensorSlices.Take(tensor, slice.Axis, _selection.Kept(slice.Atoms));
        Value value = _patch.Constant(constant.Name, tensor);
        _constants.Add((constant, key), value);
        return value;
    }

    private Value NewBias(Node node, Tensor bias)
    {
        int[] outputs = _analysis.Vectors[node.Output].Atoms;
        return _patch.Constant(node.Input(2)?.Name ?? $"{node.Name}_bias", TensorSlices.Take(bias, 0, _selection.Kept(outputs)));
    }
}
