using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization.Observers;
using Hone.Quantization.Static;
using Hone.Tensors;

namespace Hone.Quantization.Calibration;

/// <summary>Runs a model on sample data and finds the ranges of its activations. Batches stream through; the memory does not grow with their number.</summary>
public sealed class Calibrator : IDisposable
{
    private readonly QuantizationPlan _plan;
    private readonly IGraphRunner _runner;
    private readonly Dictionary<string, Observer> _observers;
    private readonly List<Value> _observed;

    /// <summary>Prepares the observation of a plan's activations.</summary>
    /// <param name="plan">From <see cref="Annotator"/>.</param>
    /// <param name="config">The configuration that made it.</param>
    /// <param name="engine">Runs the float graph.</param>
    public Calibrator(QuantizationPlan plan, StaticQuantizationConfig config, IGraphEngine engine)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(engine);
        _plan = plan;
        _observers = plan.Activations.ToDictionary(a => a.Key, _ => config.NewObserver());
        _observed = [.. plan.Activations.SelectMany(a => a.Observed).Distinct()];
        _runner = engine.Prepare(plan.Graph, _observed);
    }

    /// <value>Number of batches observed so far.</value>
    public int BatchCount { get; private set; }

    /// <summary>Observes one batch.</summary>
    /// <param name="inputs">One tensor for each graph input, by name. They stay the caller's.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="QuantizationException">An activation is NaN or infinite; the error names it.</exception>
    /// <exception cref="ShapeMismatchException">The inputs do not fit the graph.</exception>
    public void Observe(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<Tensor> tensors = _runner.Run(inputs, cancellationToken);
        try
        {
            Dictionary<Value, Tensor> byValue = _observed.Zip(tensors).ToDictionary(p => p.First, p => p.Second);
            foreach (ActivationPlacement activation in _plan.Activations)
            {
                foreach (Value value in activation.Observed)
                    Observe(_observers[activation.Key], value, byValue[value]);
            }
        }
        finally
        {
            foreach (Tensor tensor in tensors)
                tensor.Dispose();
        }

        BatchCount++;
    }

    /// <summary>Observes batches until there are no more.</summary>
    /// <param name="batches">Read once, one at a time.</param>
    /// <param name="progress">Told the number of batches observed so far.</param>
    /// <param name="cancellationToken">Stops between two batches, and within one.</param>
    /// <exception cref="QuantizationException">There was no batch, or an activation is NaN or infinite.</exception>
    public void Observe(IEnumerable<IReadOnlyDictionary<string, Tensor>> batches, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        foreach (IReadOnlyDictionary<string, Tensor> batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Observe(batch, cancellationToken);
            progress?.Report(BatchCount);
        }

        RequireBatches();
    }

    /// <summary>Observes batches from an asynchronous source until there are no more.</summary>
    /// <inheritdoc cref="Observe(IEnumerable{IReadOnlyDictionary{string, Tensor}}, IProgress{int}, CancellationToken)"/>
    public async Task ObserveAsync(IAsyncEnumerable<IReadOnlyDictionary<string, Tensor>> batches, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        await foreach (IReadOnlyDictionary<string, Tensor> batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            Observe(batch, cancellationToken);
            progress?.Report(BatchCount);
        }

        RequireBatches();
    }

    /// <summary>Scale and zero point of every group of activations, by its key.</summary>
    /// <exception cref="QuantizationException">Nothing was observed.</exception>
    public IReadOnlyDictionary<string, QuantizationParameters> Parameters()
    {
        RequireBatches();
        return _observers.ToDictionary(o => o.Key, o => o.Value.Parameters());
    }

    /// <summary>What was observed, to be saved, compared and taken up again.</summary>
    /// <exception cref="QuantizationException">Nothing was observed.</exception>
    public CalibrationResult Result()
    {
        RequireBatches();
        return new CalibrationResult { BatchCount = BatchCount, Activations = _observers.ToDictionary(o => o.Key, o => o.Value.Save()) };
    }

    /// <summary>Adds what an earlier calibration of the same graph has observed; it counts as much as the batches behind it.</summary>
    /// <param name="earlier">May have been loaded from a file.</param>
    /// <exception cref="QuantizationException">It lacks an activation of the plan, is damaged, or was made by another kind of observer.</exception>
    public void Merge(CalibrationResult earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        foreach ((string key, Observer observer) in _observers)
        {
            if (!earlier.Activations.TryGetValue(key, out ObserverState? state))
                throw new QuantizationException(key, "the earlier calibration does not know it; it belongs to another graph or plan.");
            try
            {
                observer.Merge(state);
            }
            catch (QuantizationException e)
            {
                throw new QuantizationException(key, e.Message);
            }
        }

        BatchCount += earlier.BatchCount;
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();

    private static void Observe(Observer observer, Value value, Tensor tensor)
    {
        try
        {
            observer.Observe(tensor);
        }
        catch (QuantizationException e)
        {
            throw new QuantizationException(value.Name, e.Message);
        }
    }

    private void RequireBatches()
    {
        if (BatchCount == 0)
            throw new QuantizationException("The calibration set is empty: at least one batch is needed to find the ranges of the activations.");
    }
}
