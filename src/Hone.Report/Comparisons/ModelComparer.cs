using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Report.Comparisons;

/// <summary>Runs two models on the same inputs and compares their outputs and the layers they have in common.</summary>
public static class ModelComparer
{
    /// <summary>Compares.</summary>
    /// <param name="reference">The model that is right.</param>
    /// <param name="candidate">Takes the same inputs and gives as many outputs.</param>
    /// <param name="batches">Inputs by name; read once.</param>
    /// <param name="engine">Runs both.</param>
    /// <param name="comparesLayers">Whether values inside are compared as well as outputs; that takes more time and memory.</param>
    /// <param name="progress">Told the number of batches compared so far.</param>
    /// <param name="cancellationToken">Stops between two batches, and within one.</param>
    /// <remarks>A layer is a floating-point value that a node of either graph produces under the same name: quantization keeps the names.</remarks>
    /// <exception cref="HoneException">The models differ in their outputs, or there was no batch.</exception>
    /// <exception cref="ShapeMismatchException">The inputs do not fit a model.</exception>
    public static ModelComparison Compare(
        Graph reference,
        Graph candidate,
        IEnumerable<IReadOnlyDictionary<string, Tensor>> batches,
        IGraphEngine engine,
        bool comparesLayers = true,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(engine);
        if (reference.Outputs.Count != candidate.Outputs.Count)
            throw new HoneException($"The models have {reference.Outputs.Count} and {candidate.Outputs.Count} outputs.");
        List<(Value Reference, Value Candidate)> pairs = [.. reference.Outputs.Zip(candidate.Outputs)];
        if (comparesLayers)
            pairs.AddRange(CommonLayers(reference, candidate));
        TensorErrorSum[] sums = [.. pairs.Select(p => new TensorErrorSum(p.Reference))];

        int count = 0;
        using IGraphRunner left = engine.Prepare(reference, [.. pairs.Select(p => p.Reference)]);
        using IGraphRunner right = engine.Prepare(candidate, [.. pairs.Select(p => p.Candidate)]);
        foreach (IReadOnlyDictionary<string, Tensor> batch in batches)
        {
            Add(sums, left, right, batch, cancellationToken);
            count++;
            progress?.Report(count);
        }

        if (count == 0)
            throw new HoneException("There is nothing to compare on: at least one batch of inputs is needed.");
        TensorError[] errors = [.. sums.Select(s => s.ToError())];
        int outputCount = reference.Outputs.Count;
        return new ModelComparison(errors[..outputCount], errors[outputCount..], count);
    }

    private static void Add(
        TensorErrorSum[] sums, IGraphRunner left, IGraphRunner right, IReadOnlyDictionary<string, Tensor> batch, CancellationToken cancellationToken)
    {
        List<Tensor> tensors = [];
        try
        {
            tensors.AddRange(left.Run(batch, cancellationToken));
            tensors.AddRange(right.Run(batch, cancellationToken));
            for (int i = 0; i < sums.Length; i++)
                sums[i].Add(tensors[i], tensors[sums.Length + i]);
        }
        finally
        {
            tensors.ForEach(t => t.Dispose());
        }
    }

    private static IEnumerable<(Value Reference, Value Candidate)> CommonLayers(Graph reference, Graph candidate) =>
        from value in reference.Nodes.SelectMany(n => n.Outputs).OfType<Value>()
        where value.DataType.IsFloatingPoint() && !reference.IsOutput(value)
        let other = candidate.FindValue(value.Name)
        where other?.Producer is not null && other.DataType.IsFloatingPoint()
        select (value, other);
}
