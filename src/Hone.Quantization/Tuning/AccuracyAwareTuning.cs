using Hone.Graphs;
using Hone.Quantization.Analysis;
using Hone.Quantization.Static;

namespace Hone.Quantization.Tuning;

/// <summary>Puts the most sensitive nodes back to float32, one by one, until the accuracy is as good as asked for.</summary>
public static class AccuracyAwareTuning
{
    /// <summary>Quantizes a graph within a limit of accuracy.</summary>
    /// <param name="graph">The float graph, its batch normalizations folded; it stays as it is.</param>
    /// <param name="config">What to quantize at most.</param>
    /// <param name="activations">Parameters by group, from <see cref="Calibration.Calibrator.Parameters"/>.</param>
    /// <param name="ranking">From <see cref="SensitivityAnalysis.Rank"/>; the first node is tried first.</param>
    /// <param name="metric">Measures a graph; larger is better, for example accuracy on a validation set.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told each attempt.</param>
    /// <param name="cancellationToken">Stops between two attempts; it is passed to the metric too.</param>
    /// <exception cref="QuantizationException">The metric is NaN, an option is negative, or an activation has no parameters.</exception>
    public static TuningResult Run(
        Graph graph,
        StaticQuantizationConfig config,
        IReadOnlyDictionary<string, QuantizationParameters> activations,
        IReadOnlyList<NodeSensitivity> ranking,
        Func<Graph, CancellationToken, double> metric,
        TuningOptions? options = null,
        IProgress<TuningStep>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(ranking);
        ArgumentNullException.ThrowIfNull(metric);
        options ??= new TuningOptions();
        if (!(options.MaximumDrop >= 0) || options.MaximumFloatNodes < 0)
            throw new QuantizationException($"The limits of tuning must not be negative; got {options}.");
        PartialQuantization quantization = new(graph, config, Annotator.Annotate(graph, config), activations);
        double floatMetric = Measure(graph);
        Graph best = quantization.Quantize([]);
        double bestMetric = Measure(best);
        List<string> floatNodes = [];
        List<TuningStep> steps = [];
        Report(new TuningStep(null, bestMetric, true));

        // Not the last node: with nothing quantized there is nothing left to convert.
        foreach (NodeSensitivity candidate in ranking.Take(ranking.Count - 1))
        {
            if (IsAccepted() || floatNodes.Count >= options.MaximumFloatNodes)
                break;
            Graph attempt = quantization.Quantize([.. floatNodes, candidate.Node]);
            double attemptMetric = Measure(attempt);
            bool isKept = attemptMetric >= bestMetric;
            if (isKept)
            {
                (best, bestMetric) = (attempt, attemptMetric);
                floatNodes.Add(candidate.Node);
            }

            Report(new TuningStep(candidate.Node, attemptMetric, isKept));
        }

        return new TuningResult(best, floatMetric, bestMetric, floatNodes, steps, IsAccepted());

        bool IsAccepted() => floatMetric - bestMetric <= options.MaximumDrop;

        double Measure(Graph measured)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double result = metric(measured, cancellationToken);
            return double.IsNaN(result) ? throw new QuantizationException("The metric is NaN; it cannot be compared.") : result;
        }

        void Report(TuningStep step)
        {
            steps.Add(step);
            progress?.Report(step);
        }
    }
}
