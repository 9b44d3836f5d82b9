using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Quantization.WeightOnly;

/// <summary>How the inputs <c>[.., K]</c> of a layer of the quantized model follow those of the float model.</summary>
/// <param name="Hessian">2 / n times the sum of <c>q qᵀ</c> over the n rows of the quantized model.</param>
/// <param name="Cross">2 / n times the sum of <c>q xᵀ</c>, with x the rows of the float model.</param>
internal sealed record InputDrift(double[] Hessian, double[] Cross)
{
    /// <exception cref="QuantizationException">There was no row of data, or a value is NaN or infinite.</exception>
    internal static InputDrift Measure(
        (Graph Graph, Value Input) floats,
        (Graph Graph, Value Input) quantized,
        IEnumerable<IReadOnlyDictionary<string, Tensor>> batches,
        IGraphEngine engine,
        int mostRows,
        CancellationToken cancellationToken)
    {
        string name = quantized.Input.Name;
        using IGraphRunner before = engine.Prepare(floats.Graph, [floats.Input]), after = engine.Prepare(quantized.Graph, [quantized.Input]);
        double[] hessian = [], cross = [];
        int count = 0;
        foreach (IReadOnlyDictionary<string, Tensor> batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using TensorList x = new(before.Run(batch, cancellationToken)), q = new(after.Run(batch, cancellationToken));
            int depth = (int)q[0].Shape[-1], rows = Math.Min((int)(q[0].ElementCount / depth), mostRows - count);
            if (count == 0)
                (hessian, cross) = (new double[depth * depth], new double[depth * depth]);
            InputHessians.Add(hessian, q[0], q[0], rows, depth);
            InputHessians.Add(cross, q[0], x[0], rows, depth);
            count += rows;
        }

        if (count == 0)
            throw new QuantizationException(name, "GPTQ needs calibration data, and there was none.");
        double factor = 2.0 / count;
        InputDrift drift = new(Array.ConvertAll(hessian, v => v * factor), Array.ConvertAll(cross, v => v * factor));
        return Array.TrueForAll(drift.Hessian, double.IsFinite) && Array.TrueForAll(drift.Cross, double.IsFinite)
            ? drift
            : throw new QuantizationException(name, "It was NaN or infinite on the calibration data.");
    }

    /// <summary>Moves the rows w of a matrix towards the w' for which <c>w' q</c> is nearest to <c>w x</c>: w' = w + H⁻¹ (C - H) w.</summary>
    /// <param name="matrix">Its weights change.</param>
    /// <param name="share">How far, 1 for all the way.</param>
    /// <param name="damping">As for GPTQ.</param>
    internal void Correct(BlockedMatrix matrix, float share, float damping)
    {
        int depth = matrix.Depth;
        double[] factor = (double[])Hessian.Clone();
        double damp = damping * Enumerable.Range(0, depth).Average(i => Hessian[(i * depth) + i]);
        for (int i = 0; i < depth; i++)
            factor[(i * depth) + i] += damp > 0 ? damp : 1;
        if (!Cholesky.TryFactor(factor, depth))
            return;
        double[] inverse = Cholesky.InvertLower(factor, depth);
        Parallel.For(0, matrix.Outputs, output =>
        {
            Span<float> row = matrix.Weights.AsSpan(output * depth, depth);
            double[] missing = new double[depth], solved = new double[depth];
            for (int i = 0; i < depth; i++)
            {
                for (int j = 0; j < depth; j++)
                    missing[i] += (Cross[(i * depth) + j] - Hessian[(i * depth) + j]) * row[j];
            }

            // H⁻¹ = L⁻ᵀ L⁻¹.
            for (int i = 0; i < depth; i++)
            {
                double sum = 0;
                for (int j = 0; j <= i; j++)
                    sum += inverse[(i * depth) + j] * missing[j];
                for (int j = 0; j <= i; j++)
                    solved[j] += inverse[(i * depth) + j] * sum;
            }

            for (int i = 0; i < depth; i++)
                row[i] += (float)(share * solved[i]);
        });
    }
}
