using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Report.Comparisons;

/// <summary>Gathers the error of one value over many batches.</summary>
internal sealed class TensorErrorSum(Value value)
{
    private double _signal;
    private double _noise;
    private double _maximum;
    private double _absolute;
    private long _count;
    private long _rows;
    private long _equalRows;

    internal void Add(Tensor reference, Tensor candidate)
    {
        if (!reference.Shape.Equals(candidate.Shape))
            throw new ShapeMismatchException($"Value '{value.Name}' of the second model", reference.ToString(), candidate.ToString());
        float[] x = reference.ToSingleArray();
        float[] y = candidate.ToSingleArray();
        for (int i = 0; i < x.Length; i++)
        {
            double difference = (double)x[i] - y[i];
            _signal += (double)x[i] * x[i];
            _noise += difference * difference;
            _absolute += Math.Abs(difference);
            _maximum = Math.Max(_maximum, Math.Abs(difference));
        }

        _count += x.Length;
        AddRows(x, y, reference.Shape);
    }

    internal TensorError ToError() => new()
    {
        Name = value.Name,
        OperatorName = value.Producer?.Operator.Name ?? "",
        SqnrDecibels = _noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(_signal / _noise),
        MaximumError = _maximum,
        MeanError = _count == 0 ? 0 : _absolute / _count,
        ElementCount = _count,
        SameArgMax = _rows == 0 ? null : (double)_equalRows / _rows,
    };

    private void AddRows(float[] x, float[] y, TensorShape shape)
    {
        int length = shape.Rank == 0 ? 1 : (int)shape[-1];
        if (length < 2)
            return;
        for (int start = 0; start < x.Length; start += length)
        {
            _rows++;
            if (IndexOfMaximum(x.AsSpan(start, length)) == IndexOfMaximum(y.AsSpan(start, length)))
                _equalRows++;
        }
    }

    private static int IndexOfMaximum(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int i = 1; i < row.Length; i++)
        {
            if (row[i] > row[best])
                best = i;
        }

        return best;
    }
}
