namespace Hone.Operators.LinearAlgebra;

/// <summary>Walks the summed labels of an equation for one output element after another, and tracks the place in every input.</summary>
internal sealed class EinsumWalk
{
    private readonly long[] _counts;
    private readonly long[][] _steps;
    private readonly int _outputLabels;
    private readonly long[] _counter;
    private readonly long[] _places;

    /// <summary>Prepares the walk.</summary>
    /// <param name="counts">The size of each label, those of the output first.</param>
    /// <param name="steps">For each input, how far it moves when a label advances.</param>
    /// <param name="outputLabels">How many labels the output has.</param>
    public EinsumWalk(long[] counts, long[][] steps, int outputLabels)
    {
        _counts = counts;
        _steps = steps;
        _outputLabels = outputLabels;
        _counter = new long[counts.Length];
        _places = new long[steps.Length];
    }

    /// <value>The place in each input.</value>
    public ReadOnlySpan<long> Places => _places;

    /// <summary>Goes to the first product of an output element; false when there is none.</summary>
    public bool BeginSum(int outputElement)
    {
        Array.Clear(_places);
        long rest = outputElement;
        for (int label = _outputLabels - 1; label >= 0; label--)
        {
            (rest, long coordinate) = Math.DivRem(rest, _counts[label]);
            Move(label, coordinate);
        }

        for (int label = _outputLabels; label < _counts.Length; label++)
        {
            _counter[label] = 0;
            if (_counts[label] == 0)
                return false;
        }

        return true;
    }

    /// <summary>Goes to the next product of the same output element; false after the last.</summary>
    public bool Next()
    {
        for (int label = _counts.Length - 1; label >= _outputLabels; label--)
        {
            Move(label, 1);
            if (++_counter[label] < _counts[label])
                return true;
            Move(label, -_counts[label]);
            _counter[label] = 0;
        }

        return false;
    }

    private void Move(int label, long count)
    {
        for (int input = 0; input < _places.Length; input++)
            _places[input] += count * _steps[input][label];
    }
}
