using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Compression.Channels;

/// <summary>Which channels of a graph are to be removed, and what that takes.</summary>
/// <remarks>The graph that was planned for must not change until <see cref="Shrink"/>.</remarks>
public sealed class ChannelPlan
{
    private readonly ChannelAnalysis _analysis;
    private readonly ChannelSelection _selection;

    private ChannelPlan(ChannelAnalysis analysis, (IReadOnlyList<ChannelGroup> Groups, ChannelSelection Selection) choice)
    {
        _analysis = analysis;
        (Groups, _selection) = choice;
    }

    /// <value>The groups of layers, in the order of the graph; those that must stay are among them.</value>
    public IReadOnlyList<ChannelGroup> Groups { get; }

    /// <value>Whether nothing is removed.</value>
    public bool IsEmpty => _selection.IsEmpty;

    /// <summary>Plans to remove the least important channels of each group.</summary>
    /// <param name="graph">In floating point; channels that meet <c>QuantizeLinear</c> all stay. Not changed.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ChannelPlan Create(Graph graph, ChannelPruningOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= new ChannelPruningOptions();
        options.Validate();
        ChannelAnalysis analysis = ChannelAnalysis.Of(graph);
        return new ChannelPlan(analysis, ChannelChoice.ByImportance(analysis, options));
    }

    /// <summary>Plans to remove the channels that hold zero, or another constant that a bias can take over: outputs stay the same.</summary>
    /// <param name="graph">In floating point. Not changed.</param>
    public static ChannelPlan CreateForZeros(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ChannelAnalysis analysis = ChannelAnalysis.Of(graph);
        return new ChannelPlan(analysis, ChannelChoice.Constant(analysis));
    }

    /// <summary>Masks that make the removed channels zero, for training before they are removed.</summary>
    /// <returns>By the names of the graph's constants, which after a capture are those of the state dictionary; float32, 1 stays, 0 is
    /// pruned.</returns>
    public IReadOnlyDictionary<string, Tensor> Masks()
    {
        Dictionary<string, Tensor> masks = [];
        foreach (ChannelSlice slice in _analysis.Slices.Where(s => s.MakesChannels && _selection.Count(s.Atoms) < s.Atoms.Length))
        {
            Value constant = slice.Node.Inputs[slice.InputIndex]!; // slices are of inputs that are there
            if (!masks.TryGetValue(constant.Name, out Tensor? mask))
            {
                mask = new Tensor(DataType.Float32, constant.Constant!.Shape);
                mask.AsSpan<float>().Fill(1);
                masks.Add(constant.Name, mask);
            }

            Clear(mask, slice);
        }

        return masks;
    }

    /// <summary>The graph without the channels; standard ONNX again.</summary>
    /// <returns>A new graph.</returns>
    public Graph Shrink()
    {
        Graph copy = _analysis.Graph.Copy();
        if (!IsEmpty)
            ChannelRemoval.Apply(ChannelAnalysis.Of(copy), _selection); // the same graph gives the same atoms
        return copy;
    }

    private void Clear(Tensor mask, ChannelSlice slice)
    {
        int inner = (int)mask.Shape.ElementCountOf(slice.Axis + 1, mask.Shape.Rank);
        Span<float> elements = mask.AsSpan<float>();
        for (int i = 0; i * inner < elements.Length; i++)
        {
            if (!_selection.Keeps(slice.Atoms[i % slice.Atoms.Length]))
                elements.Slice(i * inner, inner).Clear();
        }
    }
}
