using Hone.Graphs;

namespace Hone.Quantization.Static;

/// <summary>Quantizes copies of a graph in part, from one calibration of the whole.</summary>
internal sealed class PartialQuantization
{
    private readonly Graph _graph;
    private readonly StaticQuantizationConfig _config;
    private readonly Dictionary<string, QuantizationParameters> _byValue = new(StringComparer.Ordinal);

    /// <param name="graph">The float graph; never changed.</param>
    /// <param name="config">What the whole plan quantizes.</param>
    /// <param name="whole">The plan that was calibrated.</param>
    /// <param name="activations">Its parameters by group.</param>
    internal PartialQuantization(
        Graph graph, StaticQuantizationConfig config, QuantizationPlan whole, IReadOnlyDictionary<string, QuantizationParameters> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        (_graph, _config) = (graph, config);

        // In a part the groups may fall apart, so that another value gives the group its key.
        foreach (ActivationPlacement group in whole.Activations)
        {
            if (!activations.TryGetValue(group.Key, out QuantizationParameters? parameters))
                throw new QuantizationException(group.Key, "no range is known; calibrate with a plan of the same graph.");
            foreach (Value value in group.Observed.Concat(group.Members))
                _byValue[value.Name] = parameters;
        }
    }

    /// <summary>A quantized copy in which some more nodes stay in float32.</summary>
    internal Graph Quantize(IEnumerable<string> floatNodes)
    {
        Graph copy = _graph.Copy();
        StaticQuantizationConfig config = _config with { ExcludedNodes = _config.ExcludedNodes.Union(floatNodes).ToHashSet(StringComparer.Ordinal) };
        Converter.Convert(Annotator.Annotate(copy, config), config, _byValue);
        return copy;
    }
}
