using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>Knows every tensor object of a traced run by identity, and which recorded value it holds at present.</summary>
/// <remarks>
/// Objects that are one tensor under two names (aliases) share a cell. An in-place operation gives the cell a new value; other tensors over
/// the same memory are then stale, and using one is an error, because the record does not show how they changed.
/// </remarks>
internal sealed class TensorRegistry
{
    private readonly Dictionary<Tensor, Cell> _cells = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<nint, Cell> _state = [];
    private readonly List<(nint Start, nint End, TraceValue Value)> _stateMemory = [];

    /// <summary>Makes a parameter or buffer known, also under the other objects that TorchSharp creates for the same memory.</summary>
    public void AddState(Tensor tensor, TraceValue value)
    {
        Cell cell = new(value);
        _cells[tensor] = cell;
        if (tensor.numel() == 0)
            return;
        _state.TryAdd(Native.TensorData.Pointer(tensor), cell);
        (nint start, nint end) = Extent(tensor);
        _stateMemory.Add((start, end, value));
    }

    /// <summary>A parameter or buffer that shares memory with a tensor, be it the same or one that the tensor is a view of; or null.</summary>
    public TraceValue? FindOverlappingState(Tensor tensor)
    {
        if (tensor.numel() == 0)
            return null;
        (nint start, nint end) = Extent(tensor);
        return _stateMemory.Find(state => state.Start < end && start < state.End).Value;
    }

    public void Add(Tensor tensor, TraceValue value) => _cells[tensor] = new Cell(value);

    /// <summary>Whether the object itself is known, whatever other objects share its memory.</summary>
    public bool IsKnown(Tensor tensor) => _cells.ContainsKey(tensor);

    /// <summary>The present value, or null for a tensor of unknown origin.</summary>
    public TraceValue? Find(Tensor tensor, out string? staleSince)
    {
        staleSince = null;
        if (!_cells.TryGetValue(tensor, out Cell? cell) && (cell = FindState(tensor)) is not null)
            _cells[tensor] = cell;
        staleSince = cell?.StaleSince;
        return cell?.Value;
    }

    /// <summary>Makes <paramref name="alias"/> another name of a known tensor.</summary>
    public void Alias(Tensor alias, Tensor known)
    {
        if (_cells.TryGetValue(known, out Cell? cell) || (cell = FindState(known)) is not null)
            _cells[alias] = cell;
    }

    /// <summary>Gives a tensor that was changed in place its new value.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="value">What it holds now.</param>
    /// <param name="change">The operation, for the message when a tensor over the same memory is used later.</param>
    public void Rebind(Tensor tensor, TraceValue value, string change)
    {
        if (!_cells.TryGetValue(tensor, out Cell? cell))
            return;
        cell.Value = value;
        cell.StaleSince = null;
        if (tensor.IsInvalid || tensor.numel() == 0)
            return;
        (nint start, nint end) = Extent(tensor);
        foreach ((Tensor other, Cell otherCell) in _cells)
        {
            if (otherCell == cell || otherCell.StaleSince is not null || other.IsInvalid || other.numel() == 0)
                continue;
            (nint otherStart, nint otherEnd) = Extent(other);
            if (otherStart < end && start < otherEnd)
                otherCell.StaleSince = change;
        }
    }

    private static (nint Start, nint End) Extent(Tensor tensor)
    {
        nint start = Native.TensorData.Pointer(tensor);
        long[] shape = tensor.shape;
        long[] strides = tensor.stride();
        long last = shape.Zip(strides, (size, stride) => (size - 1) * stride).Sum();
        return (start, start + (nint)((last + 1) * tensor.element_size()));
    }

    private Cell? FindState(Tensor tensor) =>
        !tensor.IsInvalid && tensor.numel() > 0 && _state.TryGetValue(Native.TensorData.Pointer(tensor), out Cell? cell)
        && tensor.shape.SequenceEqual(cell.Value.Shape) ? cell : null;

    private sealed class Cell(TraceValue value)
    {
        public TraceValue Value { get; set; } = value;

        public string? StaleSince { get; set; }
    }
}
