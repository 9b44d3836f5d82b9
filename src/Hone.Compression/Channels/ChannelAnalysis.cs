using Hone.Compression.Channels.Rules;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Compression.Channels;

/// <summary>Follows the channels of a graph from the weights that make them to those that sum over them.</summary>
/// <remarks>
/// A value has channels on one axis or is not followed. An operator without a rule keeps the channels of all its inputs: nothing is removed whose
/// way is not known to the end.
/// </remarks>
internal sealed class ChannelAnalysis
{
    private readonly Dictionary<Value, ChannelVector> _vectors = [];

    private ChannelAnalysis(Graph graph) => Graph = graph;

    internal Graph Graph { get; }

    internal ChannelAtoms Atoms { get; } = new();

    /// <value>The channels of all values that are followed.</value>
    internal IReadOnlyDictionary<Value, ChannelVector> Vectors => _vectors;

    internal List<ChannelSlice> Slices { get; } = [];

    internal List<ChannelProducer> Producers { get; } = [];

    internal List<ChannelAbsorption> Absorptions { get; } = [];

    /// <value>Attributes that depend on the number of channels.</value>
    internal Dictionary<Node, Func<ChannelSelection, AttributeMap>> AttributeEdits { get; } = [];

    /// <value>Inputs that hold numbers of channels.</value>
    internal Dictionary<(Node Node, int InputIndex), Func<ChannelSelection, Tensor>> InputEdits { get; } = [];

    internal static ChannelAnalysis Of(Graph graph)
    {
        ChannelAnalysis analysis = new(graph);
        HashSet<Node> own = [.. graph.Nodes];
        foreach (Node node in graph.Nodes)
        {
            ChannelRules.Find(node)(analysis, node);
            foreach (Value output in node.Outputs.OfType<Value>())
            {
                bool leaves = graph.IsOutput(output) || output.Consumers.Any(c => !own.Contains(c));
                if (leaves && analysis.Vector(output) is { } vector)
                    analysis.Pin(vector);
            }
        }

        return analysis;
    }

    /// <summary>The channels of a value, or null when they are not followed.</summary>
    internal ChannelVector? Vector(Value? value) => value is null ? null : _vectors.GetValueOrDefault(value);

    /// <summary>The channels of a value on an axis; channels on another axis stay for good.</summary>
    internal ChannelVector? VectorOn(Value? value, int axis, long count)
    {
        if (Vector(value) is not { } vector)
            return null;
        if (vector.Axis == axis && vector.Count == count)
            return vector;
        Pin(vector);
        return null;
    }

    internal void Set(Value value, ChannelVector vector) => _vectors[value] = vector;

    internal void Pin(ChannelVector vector)
    {
        foreach (int atom in vector.Atoms)
            Atoms.Pin(atom);
    }

    /// <summary>What is not understood keeps the channels that it reads.</summary>
    internal void PinInputs(Node node)
    {
        foreach (Value? input in node.Inputs)
        {
            if (Vector(input) is { } vector)
                Pin(vector);
        }
    }

    /// <summary>Notes a constant that holds one slice per channel.</summary>
    internal void Slice(Node node, int inputIndex, int axis, int[] atoms, bool makesChannels = false)
    {
        if (node.Input(inputIndex) is not null)
            Slices.Add(new ChannelSlice(node, inputIndex, axis, atoms, makesChannels));
    }

    /// <summary>Unites the channels at the same places of two vectors.</summary>
    internal void Unite(int[] left, int[] right)
    {
        for (int i = 0; i < left.Length; i++)
            Atoms.Unite(left[i], right[i]);
    }

    /// <summary>Unites the channels at the same place of each group, so that all groups keep equally many.</summary>
    internal void TieGroups(int[] atoms, long groups)
    {
        int size = (int)(atoms.Length / groups);
        for (int i = size; i < atoms.Length; i++)
            Atoms.Unite(atoms[i % size], atoms[i]);
    }
}
