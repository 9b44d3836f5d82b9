using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization.Static;
using Hone.Tensors;

namespace Hone.Quantization.Analysis;

/// <summary>Ranks the nodes of a graph by what quantizing each of them alone costs.</summary>
public static class SensitivityAnalysis
{
    /// <summary>Quantizes one node after another, each alone, and compares the graph's outputs with those of the float graph.</summary>
    /// <param name="graph">The float graph; it stays as it is.</param>
    /// <param name="config">What would be quantized.</param>
    /// <param name="activations">Parameters by group, from <see cref="Calibration.Calibrator.Parameters"/>.</param>
    /// <param name="batches">A few are enough; they are run once for each node.</param>
    /// <param name="engine">Runs the graphs.</param>
    /// <param name="progress">Told the number of nodes done.</param>
    /// <param name="cancellationToken">Stops between two runs, and within one.</param>
    /// <returns>The nodes, the most sensitive first.</returns>
    /// <exception cref="QuantizationException">There is no batch, nothing to quantize, or an activation has no parameters.</exception>
    public static IReadOnlyList<NodeSensitivity> Rank(
        Graph graph,
        StaticQuantizationConfig config,
        IReadOnlyDictionary<string, QuantizationParameters> activations,
        IReadOnlyList<IReadOnlyDictionary<string, Tensor>> batches,
        IGraphEngine engine,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(engine);
        if (batches.Count == 0)
            throw new QuantizationException("There is nothing to rank the nodes on: at least one batch is needed.");
        QuantizationPlan whole = Annotator.Annotate(graph, config);
        PartialQuantization quantization = new(graph, config, whole, activations);
        int[] compared = [.. Enumerable.Range(0, graph.Outputs.Count).Where(i => graph.Outputs[i].DataType == DataType.Float32)];
        List<TensorList> exact = [];
        try
        {
            using (IGraphRunner runner = engine.Prepare(graph, graph.Outputs))
            {
                foreach (IReadOnlyDictionary<string, Tensor> batch in batches)
                    exact.Add(new TensorList(runner.Run(batch, cancellationToken)));
            }

            List<NodeSensitivity> result = [];
            foreach (Node node in whole.Nodes)
            {
                Graph quantized = quantization.Quantize(whole.Nodes.Where(n => n != node).Select(n => n.Name));
                result.Add(new NodeSensitivity(node.Name, node.Operator.Name, Measure(quantized, batches, exact, compared, engine, cancellationToken)));
                progress?.Report(result.Count);
            }

            return [.. result.OrderBy(r => r.SignalToNoise)];
        }
        finally
        {
            exact.ForEach(e => e.Dispose());
        }
    }

    private static double Measure(
        Graph quantized,
        IReadOnlyList<IReadOnlyDictionary<string, Tensor>> batches,
        List<TensorList> exact,
        int[] compared,
        IGraphEngine engine,
        CancellationToken cancellationToken)
    {
        SignalToNoise[] errors = [.. compared.Select(_ => new SignalToNoise())];
        using IGraphRunner runner = engine.Prepare(quantized, quantized.Outputs);
        for (int batch = 0; batch < batches.Count; batch++)
        {
            using TensorList outputs = new(runner.Run(batches[batch], cancellationToken));
            for (int i = 0; i < compared.Length; i++)
                errors[i].Add(quantized.Outputs[compared[i]].Name, exact[batch][compared[i]], outputs[compared[i]]);
        }

        return errors.Min(e => e.Decibels);
    }
}
