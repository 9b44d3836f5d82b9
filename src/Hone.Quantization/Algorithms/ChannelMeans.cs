using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Quantization.Algorithms;

/// <summary>Means of values over everything but their channels (axis 1).</summary>
internal static class ChannelMeans
{
    /// <exception cref="QuantizationException">There was no batch.</exception>
    internal static Dictionary<Value, double[]> Measure(
        Graph graph, Value[] values, IEnumerable<IReadOnlyDictionary<string, Tensor>> batches, IGraphEngine engine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(engine);
        (double[] Sums, double Count)[] totals = new (double[], double)[values.Length];
        using IGraphRunner runner = engine.Prepare(graph, values);
        bool isEmpty = true;
        foreach (IReadOnlyDictionary<string, Tensor> batch in batches)
        {
            using TensorList tensors = new(runner.Run(batch, cancellationToken));
            for (int i = 0; i < values.Length; i++)
                Add(tensors[i], ref totals[i]);
            isEmpty = false;
        }

        return isEmpty
            ? throw new QuantizationException("There are no data to measure the means on: at least one batch is needed.")
            : values.Zip(totals).ToDictionary(p => p.First, p => Array.ConvertAll(p.Second.Sums, s => s / p.Second.Count));
    }

    private static void Add(Tensor tensor, ref (double[] Sums, double Count) total)
    {
        ChannelIndex channels = new(tensor.Shape, 1);
        total.Sums ??= new double[channels.Count];
        ReadOnlySpan<float> elements = tensor.AsSpan<float>();
        for (int i = 0; i < elements.Length; i++)
            total.Sums[channels.Of(i)] += elements[i];
        total.Count += elements.Length / (double)channels.Count;
        GC.KeepAlive(tensor);
    }
}
