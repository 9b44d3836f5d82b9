using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Quantization.Analysis;

/// <summary>Compares a quantized graph with the float graph it came from, value by value, on sample data.</summary>
/// <remarks>The errors of a value include those of everything before it, so a sudden drop along the graph names the node to look at.</remarks>
public static class ErrorAnalysis
{
    /// <summary>Runs both graphs on the same data.</summary>
    /// <param name="original">The float graph.</param>
    /// <param name="quantized">Made from it; values are matched by name, and where a value is rounded, its rounded form counts.</param>
    /// <param name="batches">One tensor for each graph input, by name. They stay the caller's.</param>
    /// <param name="engine">Runs both graphs.</param>
    /// <param name="progress">Told the number of batches compared so far.</param>
    /// <param name="cancellationToken">Stops between two batches, and within one.</param>
    /// <returns>One entry for each float32 value that both graphs compute, in the order of the float graph.</returns>
    /// <exception cref="QuantizationException">There was no batch.</exception>
    /// <exception cref="ShapeMismatchException">The inputs do not fit, or the graphs give a value different shapes.</exception>
    public static IReadOnlyList<ValueError> Compare(
        Graph original,
        Graph quantized,
        IEnumerable<IReadOnlyDictionary<string, Tensor>> batches,
        IGraphEngine engine,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(quantized);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(engine);
        (Value Exact, Value Approximate)[] pairs = [.. Pairs(original, quantized)];
        SignalToNoise[] errors = [.. pairs.Select(_ => new SignalToNoise())];
        using IGraphRunner exactRunner = engine.Prepare(original, [.. pairs.Select(p => p.Exact)]);
        using IGraphRunner approximateRunner = engine.Prepare(quantized, [.. pairs.Select(p => p.Approximate)]);
        int count = 0;
        foreach (IReadOnlyDictionary<string, Tensor> batch in batches)
        {
            using TensorList exact = new(exactRunner.Run(batch, cancellationToken));
            using TensorList approximate = new(approximateRunner.Run(batch, cancellationToken));
            for (int i = 0; i < pairs.Length; i++)
                errors[i].Add(pairs[i].Exact.Name, exact[i], approximate[i]);
            count++;
            progress?.Report(count);
        }

        if (count == 0)
            throw new QuantizationException("There is nothing to compare the graphs on: at least one batch is needed.");
        return [.. pairs.Zip(errors, (p, e) => new ValueError(p.Exact.Name, p.Exact.Producer!.Name, p.Exact.Producer.Operator.Name, e.Decibels, e.LargestError))];
    }

    private static IEnumerable<(Value Exact, Value Approximate)> Pairs(Graph original, Graph quantized)
    {
        foreach (Value value in original.Nodes.SelectMany(n => n.Outputs).OfType<Value>().Where(v => v.DataType == DataType.Float32))
        {
            Value? match = quantized.FindValue(QuantizedNames.Dequantized(value.Name)) ?? quantized.FindValue(value.Name);
            if (match is { DataType: DataType.Float32, IsConstant: false })
                yield return (value, match);
        }
    }
}
