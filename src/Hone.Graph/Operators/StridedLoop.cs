namespace Hone.Operators;

/// <summary>Walks a block of dimensions over several strided operands, row by row.</summary>
/// <remarks>
/// Neighbouring axes that all operands step through evenly become one, so that dense operands are a single row. Use:
/// <code>
/// StridedLoop loop = new(dimensions, leftStrides, rightStrides);
/// while (loop.NextRow())
/// {
///     for (int i = 0, a = loop.Offset(0), b = loop.Offset(1); i != loop.RowLength; i++, a += loop.Step(0), b += loop.Step(1))
///         ...
/// }
/// </code>
/// </remarks>
internal sealed class StridedLoop
{
    private readonly List<int> _lengths = [];
    private readonly List<int>[] _strides;
    private readonly int[] _position;
    private readonly int[] _offsets;
    private bool _started;

    /// <summary>Prepares the walk.</summary>
    /// <param name="dimensions">Outermost first.</param>
    /// <param name="strides">For each operand the distance in elements between neighbours along each axis; 0 repeats, negative walks backwards.</param>
    /// <exception cref="OverflowException">A dimension or a stride does not fit 32 bits.</exception>
    internal StridedLoop(ReadOnlySpan<long> dimensions, params ReadOnlySpan<long[]> strides)
    {
        _strides = new List<int>[strides.Length];
        for (int operand = 0; operand < _strides.Length; operand++)
            _strides[operand] = [];
        for (int axis = 0; axis < dimensions.Length; axis++)
            AddAxis(axis, checked((int)dimensions[axis]), strides);
        if (_lengths.Count == 0)
            AddAxis(-1, 1, strides);
        _position = new int[_lengths.Count];
        _offsets = new int[strides.Length];
        RowLength = _lengths[^1];
    }

    /// <value>Number of elements in each row.</value>
    internal int RowLength { get; }

    /// <summary>Where the row begins in an operand.</summary>
    internal int Offset(int operand) => _offsets[operand];

    /// <summary>The distance between neighbours of a row in an operand.</summary>
    internal int Step(int operand) => _strides[operand][^1];

    /// <summary>Moves to the first or next row; false when there is none.</summary>
    internal bool NextRow()
    {
        if (!_started)
        {
            _started = true;
            return !_lengths.Contains(0);
        }

        for (int axis = _position.Length - 2; axis >= 0; axis--)
        {
            Move(axis, 1);
            if (_position[axis] < _lengths[axis])
                return true;
            Move(axis, -_lengths[axis]);
        }

        return false;
    }

    private void Move(int axis, int count)
    {
        _position[axis] += count;
        for (int operand = 0; operand < _offsets.Length; operand++)
            _offsets[operand] += count * _strides[operand][axis];
    }

    private void AddAxis(int axis, int length, ReadOnlySpan<long[]> strides)
    {
        if (length == 1 && axis >= 0)
            return;
        if (_lengths.Count > 0 && CanMerge(axis, length, strides))
        {
            _lengths[^1] = checked(_lengths[^1] * length);
            for (int operand = 0; operand < strides.Length; operand++)
                _strides[operand][^1] = (int)strides[operand][axis];
            return;
        }

        _lengths.Add(length);
        for (int operand = 0; operand < strides.Length; operand++)
            _strides[operand].Add(axis < 0 ? 0 : checked((int)strides[operand][axis]));
    }

    private bool CanMerge(int axis, int length, ReadOnlySpan<long[]> strides)
    {
        for (int operand = 0; operand < strides.Length; operand++)
        {
            if (_strides[operand][^1] != strides[operand][axis] * length)
                return false;
        }

        return true;
    }
}
