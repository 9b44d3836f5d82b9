using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization.Observers;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Quantization.WeightOnly;

/// <summary>Stores weights as integers with a <c>DequantizeLinear</c> behind them, or in the products themselves; nothing else changes.</summary>
public static class WeightOnlyQuantizer
{
    /// <summary>Changes the graph.</summary>
    /// <exception cref="QuantizationException">
    /// An option is out of its range, nothing can be quantized, a weight is NaN or infinite, or the algorithm needs calibration data.
    /// </exception>
    public static void Quantize(Graph graph, WeightOnlyQuantizationConfig? config = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        config ??= WeightOnlyQuantizationConfig.Int8;
        config.Validate();
        if (config.Algorithm == WeightOnlyAlgorithm.Gptq)
            throw new QuantizationException("GPTQ needs calibration data; call the overload that takes some.");
        Apply(graph, config, Layers(graph, config), null);
    }

    /// <summary>Changes the graph, with sample data for algorithms that need some.</summary>
    /// <param name="graph">What to change.</param>
    /// <param name="config">How.</param>
    /// <param name="calibration">
    /// Batches of inputs by name, read by <see cref="WeightOnlyAlgorithm.Gptq"/> only: once, or once for each input of layers with
    /// <see cref="GptqOptions.CalibratesInSequence"/>. They stay the caller's.
    /// </param>
    /// <param name="engine">Runs the float graph.</param>
    /// <param name="progress">Told the number of batches run so far.</param>
    /// <param name="cancellationToken">Stops between two batches, and within one; the graph has then not changed, unless layers are calibrated in sequence.</param>
    /// <exception cref="QuantizationException">
    /// An option is out of its range, nothing can be quantized, a weight or an activation is NaN or infinite, or there was no batch.
    /// </exception>
    public static void Quantize(
        Graph graph,
        WeightOnlyQuantizationConfig config,
        IEnumerable<IReadOnlyDictionary<string, Tensor>> calibration,
        IGraphEngine engine,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(engine);
        config.Validate();
        List<Layer> layers = Layers(graph, config);
        if (config.Algorithm != WeightOnlyAlgorithm.Gptq)
        {
            Apply(graph, config, layers, null);
        }
        else if (config.Gptq.CalibratesInSequence)
        {
            ApplyInSequence(graph, config, layers, new CountedBatches(calibration, progress), engine, cancellationToken);
        }
        else
        {
            Value[] inputs = [.. layers.Select(l => l.Source).Distinct()];
            Dictionary<Value, double[]> hessians = InputHessians.Measure(graph, inputs, calibration, engine, config.Gptq.MostRows, progress, cancellationToken);
            Apply(graph, config, layers, (matrix, layer) => Gptq.Round(matrix, hessians[layer.Source], config.Gptq, layer.WeightName));
        }
    }

    /// <summary>Layers that read the same value together, in the order of the graph, each on what the quantized ones before give.</summary>
    private static void ApplyInSequence(
        Graph graph, WeightOnlyQuantizationConfig config, List<Layer> layers, CountedBatches batches, IGraphEngine engine, CancellationToken cancellationToken)
    {
        Graph floats = graph.Copy();
        for (List<Layer> pending = layers; pending.Count > 0;)
        {
            Layer first = pending[0];
            List<Layer> together = [.. pending.Where(l => l.Source == first.Source)];
            pending = [.. pending.Where(l => l.Source != first.Source)];
            InputDrift drift = InputDrift.Measure(
                (floats, floats.FindValue(first.Source.Name)!), (graph, first.Node.Inputs[0]!), batches, engine, config.Gptq.MostRows, cancellationToken);
            Apply(graph, config, together, (matrix, layer) =>
            {
                if (config.Gptq.InputCorrection > 0)
                    drift.Correct(matrix, config.Gptq.InputCorrection, config.Gptq.Damping);
                Gptq.Round(matrix, drift.Hessian, config.Gptq, layer.WeightName);
            });
        }
    }

    private static List<Layer> Layers(Graph graph, WeightOnlyQuantizationConfig config)
    {
        List<Layer> layers = [];
        foreach (Node node in graph.Nodes.Where(config.Includes))
        {
            foreach ((int index, int channelAxis, int? sumAxis) in StoredWeights.Of(node))
            {
                if (config.BlockSize is null || (sumAxis is not null && !node.Attributes.GetBool("transA")))
                    layers.Add(new Layer(node, index, channelAxis, sumAxis, node.Inputs[0]!));
            }
        }

        return layers.Count > 0 ? layers : throw new QuantizationException("The graph has no weights that could be stored as integers.");
    }

    private static void Apply(Graph graph, WeightOnlyQuantizationConfig config, List<Layer> layers, Action<BlockedMatrix, Layer>? round)
    {
        QuantizationSpec spec = new() { DataType = config.DataType, IsSymmetric = config.IsSymmetric };

        // A constant that several nodes read the same way is stored once; for GPTQ only if their inputs are the same as well.
        Dictionary<(Value, int, Value?), Value> stored = [];
        GraphPatch patch = new(graph, "store weights as integers");
        foreach (Layer layer in layers)
        {
            Value weight = layer.Node.Inputs[layer.Input]!;
            if (config.BlockSize is not { } size)
            {
                if (!stored.TryGetValue((weight, 0, null), out Value? channels))
                {
                    channels = QuantizedConstants.Weight(patch, weight, WeightRange.Parameters(weight.Name, weight.Constant!, spec with { Axis = layer.ChannelAxis }));
                    stored.Add((weight, 0, null), channels);
                }

                patch.ReplaceInput(layer.Node, layer.Input, channels);
                continue;
            }

            int sumAxis = layer.SumAxis!.Value;
            if (config.Format == WeightOnlyFormat.MatMulNBits && NBitsProduct.Fits(layer.Node))
            {
                // One patch for each, because one product may read another, which is then a new one.
                GraphPatch product = new(graph, patch.Reason);
                NBitsProduct.Replace(product, layer.Node, Rounded(), config.AllowsInt8Activations);
                product.Apply();
                continue;
            }

            (Value, int, Value?) key = (weight, sumAxis, round is null ? null : layer.Source);
            if (!stored.TryGetValue(key, out Value? blocks))
            {
                blocks = BlockedDequantizeLinear.Write(patch, weight, Rounded(), sumAxis);
                stored.Add(key, blocks);
            }

            patch.ReplaceInput(layer.Node, layer.Input, blocks);

            BlockedMatrix Rounded()
            {
                BlockedMatrix matrix = BlockedMatrix.Of(weight, sumAxis, size, spec, config.RoundsScalesToHalf);
                if (round is null)
                    BlockRounding.Round(matrix, config.Algorithm);
                else
                    round(matrix, layer);
                return matrix;
            }
        }

        patch.Apply();
    }

    // The source is what the node read before anything was changed.
    private readonly record struct Layer(Node Node, int Input, int ChannelAxis, int? SumAxis, Value Source)
    {
        internal string WeightName => Node.Inputs[Input]!.Name;
    }
}
