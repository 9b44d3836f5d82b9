using Hone.Graphs;
using Hone.Quantization.Observers;
using Hone.Rewriting;

namespace Hone.Quantization.WeightOnly;

/// <summary>Stores weights as integers with a <c>DequantizeLinear</c> behind them; nothing else changes.</summary>
public static class WeightOnlyQuantizer
{
    /// <summary>Changes the graph.</summary>
    /// <exception cref="QuantizationException">An option is out of its range, nothing can be quantized, or a weight is NaN or infinite.</exception>
    public static void Quantize(Graph graph, WeightOnlyQuantizationConfig? config = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        config ??= WeightOnlyQuantizationConfig.Int8;
        config.Validate();
        QuantizationSpec spec = new() { DataType = config.DataType, IsSymmetric = config.IsSymmetric };

        // A constant that several nodes read is stored once, by the axis of the first.
        Dictionary<Value, Value> stored = [];
        GraphPatch patch = new(graph, "store weights as integers");
        foreach (Node node in graph.Nodes.Where(config.Includes))
        {
            foreach ((int index, int channelAxis, int? sumAxis) in StoredWeights.Of(node))
            {
                if (config.BlockSize is not null && sumAxis is null)
                    continue;
                Value weight = node.Inputs[index]!;
                if (!stored.TryGetValue(weight, out Value? dequantized))
                {
                    dequantized = config.BlockSize is { } size
                        ? BlockedWeight.Store(patch, weight, spec, sumAxis!.Value, size)
                        : QuantizedConstants.Weight(patch, weight, WeightRange.Parameters(weight.Name, weight.Constant!, spec with { Axis = channelAxis }));
                    stored.Add(weight, dequantized);
                }

                patch.ReplaceInput(node, index, dequantized);
            }
        }

        if (stored.Count == 0)
            throw new QuantizationException("The graph has no weights that could be stored as integers.");
        patch.Apply();
    }
}
