using Hone.Evaluation;
using Hone.Quantization;
using Hone.Quantization.Calibration;
using Hone.Quantization.Dynamic;
using Hone.Quantization.Static;
using Hone.Quantization.WeightOnly;
using Hone.Tensors;

namespace Hone;

/// <summary>Makes models compute on, or store, integers. The results are standard ONNX that any engine can run.</summary>
public static class ModelQuantization
{
    extension(Model model)
    {
        /// <summary>A model whose weights are 8-bit integers and whose matrix products quantize their inputs at run time. No data are needed.</summary>
        /// <param name="config">Null for the defaults.</param>
        /// <returns>A new model; this one is not changed.</returns>
        /// <exception cref="QuantizationException">The model has no weights that could be quantized, or one is NaN or infinite.</exception>
        public Model QuantizeDynamic(DynamicQuantizationConfig? config = null)
        {
            Model optimized = model.Optimize();
            DynamicQuantizer.Quantize(optimized.Graph, config);
            return optimized;
        }

        /// <summary>A model whose weights are stored as integers and that computes in float32.</summary>
        /// <param name="config">Null for 8 bits with a scale for each output channel; <see cref="WeightOnlyQuantizationConfig.Int4"/> is smaller.</param>
        /// <param name="calibration">Batches of inputs by name, read once; only <see cref="WeightOnlyAlgorithm.Gptq"/> needs them. They stay the caller's.</param>
        /// <param name="engine">Runs the float model on them; null takes Hone's runtime.</param>
        /// <param name="progress">Told the number of batches run so far.</param>
        /// <param name="cancellationToken">Stops the calibration.</param>
        /// <returns>A new model; this one is not changed.</returns>
        /// <exception cref="QuantizationException">
        /// An option is out of its range, the model has no weights to store so, one is NaN or infinite, or the algorithm lacks data.
        /// </exception>
        public Model QuantizeWeights(
            WeightOnlyQuantizationConfig? config = null,
            IEnumerable<IReadOnlyDictionary<string, Tensor>>? calibration = null,
            IGraphEngine? engine = null,
            IProgress<int>? progress = null,
            CancellationToken cancellationToken = default)
        {
            Model optimized = model.Optimize(cancellationToken: cancellationToken);
            if (calibration is null)
                WeightOnlyQuantizer.Quantize(optimized.Graph, config);
            else
                WeightOnlyQuantizer.Quantize(optimized.Graph, config ?? WeightOnlyQuantizationConfig.Int8, calibration, engine ?? Engines.Default, progress, cancellationToken);
            return optimized;
        }

        /// <summary>A model that computes on 8-bit integers, with ranges found on sample data.</summary>
        /// <param name="calibration">Batches of inputs by name, read once; a few hundred samples of real data do.</param>
        /// <param name="config">Null for the defaults.</param>
        /// <param name="engine">Runs the float model; null takes Hone's runtime.</param>
        /// <param name="progress">Told the number of batches observed so far.</param>
        /// <param name="cancellationToken">Stops the calibration.</param>
        /// <returns>A new model; this one is not changed.</returns>
        /// <exception cref="QuantizationException">Nothing can be quantized, there was no batch, or an activation is NaN or infinite.</exception>
        public Model QuantizeStatic(
            IEnumerable<IReadOnlyDictionary<string, Tensor>> calibration,
            StaticQuantizationConfig? config = null,
            IGraphEngine? engine = null,
            IProgress<int>? progress = null,
            CancellationToken cancellationToken = default)
        {
            StaticQuantizationConfig used = config ?? new StaticQuantizationConfig();
            Model optimized = model.Optimize(cancellationToken: cancellationToken);
            QuantizationPlan plan = Annotator.Annotate(optimized.Graph, used);
            using (Calibrator calibrator = new(plan, used, engine ?? Engines.Default))
            {
                calibrator.Observe(calibration, progress, cancellationToken);
                Converter.Convert(plan, used, calibrator.Parameters());
            }

            return optimized;
        }

        /// <summary>The same with batches from an asynchronous source.</summary>
        /// <inheritdoc cref="QuantizeStatic(Model, IEnumerable{IReadOnlyDictionary{string, Tensor}}, StaticQuantizationConfig, IGraphEngine, IProgress{int}, CancellationToken)"/>
        public async Task<Model> QuantizeStaticAsync(
            IAsyncEnumerable<IReadOnlyDictionary<string, Tensor>> calibration,
            StaticQuantizationConfig? config = null,
            IGraphEngine? engine = null,
            IProgress<int>? progress = null,
            CancellationToken cancellationToken = default)
        {
            StaticQuantizationConfig used = config ?? new StaticQuantizationConfig();
            Model optimized = model.Optimize(cancellationToken: cancellationToken);
            QuantizationPlan plan = Annotator.Annotate(optimized.Graph, used);
            using (Calibrator calibrator = new(plan, used, engine ?? Engines.Default))
            {
                await calibrator.ObserveAsync(calibration, progress, cancellationToken).ConfigureAwait(false);
                Converter.Convert(plan, used, calibrator.Parameters());
            }

            return optimized;
        }
    }
}
