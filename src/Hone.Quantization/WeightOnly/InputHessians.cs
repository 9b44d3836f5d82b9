using System.Runtime.InteropServices;
using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Quantization.WeightOnly;

/// <summary>For each of some values <c>[.., K]</c>, 2 / n times the sum of <c>x xᵀ</c> over the n rows that sample data give.</summary>
internal static class InputHessians
{
    /// <exception cref="QuantizationException">There was no row of data, or a value is NaN or infinite.</exception>
    internal static Dictionary<Value, double[]> Measure(
        Graph graph,
        IReadOnlyList<Value> inputs,
        IEnumerable<IReadOnlyDictionary<string, Tensor>> batches,
        IGraphEngine engine,
        int mostRows,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        double[]?[] sums = new double[inputs.Count][];
        int[] counts = new int[inputs.Count];
        int done = 0;
        using IGraphRunner runner = engine.Prepare(graph, inputs);
        foreach (IReadOnlyDictionary<string, Tensor> batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<Tensor> tensors = runner.Run(batch, cancellationToken);
            using TensorList owned = new(tensors);
            for (int i = 0; i < inputs.Count; i++)
            {
                int depth = (int)tensors[i].Shape[-1];
                sums[i] ??= new double[depth * depth];
                int rows = Math.Min((int)(tensors[i].ElementCount / depth), mostRows - counts[i]);
                Add(sums[i]!, tensors[i], tensors[i], rows, depth);
                counts[i] += rows;
            }

            progress?.Report(++done);
        }

        Dictionary<Value, double[]> hessians = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            double[] sum = counts[i] > 0 ? sums[i]! : throw new QuantizationException(inputs[i].Name, "GPTQ needs calibration data, and there was none.");
            double factor = 2.0 / counts[i];
            if (Array.Exists(sum, x => !double.IsFinite(x)))
                throw new QuantizationException(inputs[i].Name, "It was NaN or infinite on the calibration data.");
            hessians.Add(inputs[i], Array.ConvertAll(sum, x => x * factor));
        }

        return hessians;
    }

    /// <summary>Adds the products of columns of two matrices <c>[rows, depth]</c>: <c>sum[i, j] += x[:, i] · y[:, j]</c>.</summary>
    internal static void Add(double[] sum, Tensor first, Tensor second, int rows, int depth)
    {
        float[] x = first.AsSpan<float>()[..(rows * depth)].ToArray(), y = second.AsSpan<float>()[..(rows * depth)].ToArray();
        Parallel.For(0, depth, i =>
        {
            Span<double> line = MemoryMarshal.CreateSpan(ref sum[i * depth], depth);
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> elements = y.AsSpan(row * depth, depth);
                double factor = x[(row * depth) + i];
                for (int j = 0; j < line.Length; j++)
                    line[j] += factor * elements[j];
            }
        });
    }
}
