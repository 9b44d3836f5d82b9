using Hone.Evaluation;
using Hone.Report.Comparisons;
using Hone.Report.Measurements;
using Hone.Runtime;
using Hone.Tensors;

namespace Hone;

/// <summary>Measures what a model is worth: accuracy, latency, and how far two models are apart.</summary>
public static class ModelEvaluation
{
    extension(Model model)
    {
        /// <summary>Counts how often the largest output of a classifier is the right class.</summary>
        /// <param name="batches">Images <c>[n, ...]</c> with the n classes; read once. The tensors are disposed after use.</param>
        /// <param name="options">How to compile; null for the defaults.</param>
        /// <param name="progress">Told the number of samples done so far.</param>
        /// <param name="cancellationToken">Stops between two batches.</param>
        /// <exception cref="HoneException">There was no batch.</exception>
        public AccuracyMeasurement EvaluateAccuracy(
            IEnumerable<(Tensor Input, ReadOnlyMemory<byte> Labels)> batches,
            CompileOptions? options = null,
            IProgress<int>? progress = null,
            CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(batches);
            using CompiledModel compiled = model.Compile(options, cancellationToken: cancellationToken);
            int correct = 0;
            int count = 0;
            foreach ((Tensor input, ReadOnlyMemory<byte> labels) in batches)
            {
                using (input)
                using (Tensor output = compiled.Run(input, cancellationToken))
                    correct += CountCorrect(output, labels.Span);
                count += labels.Length;
                progress?.Report(count);
            }

            return count > 0 ? new AccuracyMeasurement(correct, count) : throw new HoneException("There are no samples to measure the accuracy on.");
        }

        /// <summary>Times runs on an input, with preallocated outputs.</summary>
        /// <param name="input">Its first dimension is the batch size. It stays the caller's.</param>
        /// <param name="options">How to compile; null for the defaults.</param>
        /// <param name="latency">How long to measure; null for the defaults.</param>
        /// <param name="cancellationToken">Stops between two runs.</param>
        public LatencyMeasurement MeasureLatency(Tensor input, CompileOptions? options = null, LatencyOptions? latency = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(input);
            using CompiledModel compiled = model.Compile(options, cancellationToken: cancellationToken);
            using Session session = compiled.CreateSession(new Dictionary<string, Tensor> { [compiled.Inputs[0].Name] = input });
            return LatencyMeter.Measure((int)input.Shape[0], () => session.Run(cancellationToken), latency, cancellationToken: cancellationToken);
        }

        /// <summary>Compares another model with this one, output by output and layer by layer.</summary>
        /// <param name="candidate">The model to judge, for example a quantized one.</param>
        /// <param name="batches">Inputs by name; read once.</param>
        /// <param name="engine">Runs both; null takes Hone's runtime.</param>
        /// <param name="progress">Told the number of batches done so far.</param>
        /// <param name="cancellationToken">Stops between two batches.</param>
        public ModelComparison CompareWith(
            Model candidate,
            IEnumerable<IReadOnlyDictionary<string, Tensor>> batches,
            IGraphEngine? engine = null,
            IProgress<int>? progress = null,
            CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(candidate);
            return ModelComparer.Compare(model.Graph, candidate.Graph, batches, engine ?? Engines.Default, true, progress, cancellationToken);
        }
    }

    private static int CountCorrect(Tensor output, ReadOnlySpan<byte> labels)
    {
        ReadOnlySpan<float> scores = output.AsSpan<float>();
        int classes = scores.Length / labels.Length;
        int correct = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = scores.Slice(i * classes, classes);
            int best = 0;
            for (int c = 1; c < classes; c++)
                best = row[c] > row[best] ? c : best;
            correct += best == labels[i] ? 1 : 0;
        }

        return correct;
    }
}
