using Hone.Graphs;
using Hone.Runtime.Lowering;
using Hone.Runtime.Lowering.Attention;
using Hone.Tensors;

namespace Hone.Runtime.Planning.Tokens;

/// <summary>
/// The operations that can work on real tokens only. From the attentions on it grows over every operation that computes a token from the same token of
/// its inputs. Values that come from elsewhere enter without their padding; what is read elsewhere gets zeros at padding.
/// </summary>
internal sealed class TokenRegion
{
    private readonly PlanBuilder _plan;
    private readonly IReadOnlyList<Operation> _all;
    private readonly Dictionary<Value, Operation> _writers = [];
    private readonly Dictionary<Value, List<Operation>> _readers = [];
    private readonly Dictionary<Value, TokenOrder> _values = [];
    private readonly HashSet<Operation> _operations = [];
    private readonly HashSet<Operation> _first = [];
    private readonly List<KeyMask> _masks = [];
    private readonly List<Value> _factors = [];
    private readonly Queue<Value> _pending = [];
    private Value? _conflict;

    private TokenRegion(PlanBuilder plan, IReadOnlyList<Operation> operations)
    {
        _plan = plan;
        _all = operations;
        foreach (Operation operation in operations)
        {
            foreach (Value output in operation.Outputs)
                _writers[output] = operation;
            foreach (Value input in operation.Inputs.Distinct())
            {
                if (!_readers.TryGetValue(input, out List<Operation>? list))
                    _readers.Add(input, list = []);
                list.Add(operation);
            }
        }
    }

    /// <value>All positions.</value>
    internal TokenGrid Grid { get; private set; }

    /// <value>What tells padding.</value>
    internal IReadOnlyList<KeyMask> Masks => _masks;

    /// <value>Factors that must be zero at padding.</value>
    internal IReadOnlyList<Value> Factors => _factors;

    /// <value>How many operations are in it.</value>
    internal int Count => _operations.Count;

    /// <summary>Finds the region.</summary>
    /// <param name="plan">Knows the shapes.</param>
    /// <param name="operations">In order.</param>
    /// <returns>The region, or null and why there is none.</returns>
    internal static (TokenRegion? Region, string? Obstacle) Find(PlanBuilder plan, IReadOnlyList<Operation> operations)
    {
        TokenRegion region = new(plan, operations);
        string? obstacle = region.Start() ?? region.Grow() ?? new TokenReaders(region).Obstacle();
        return obstacle is null ? (region, null) : (null, obstacle);
    }

    internal bool Contains(Operation operation) => _operations.Contains(operation);

    /// <summary>Leaves an operation whose kernel cannot compute these shapes outside.</summary>
    internal void Remove(Operation operation) => _operations.Remove(operation);

    /// <summary>The order of the tokens of a value of the region; null for other values.</summary>
    internal TokenOrder? OrderOf(Value value) => _values.TryGetValue(value, out TokenOrder order) ? order : null;

    /// <summary>The values that operations of the region make.</summary>
    internal IEnumerable<Value> Made => _values.Keys.Where(v => WriterOf(v) is { } writer && _operations.Contains(writer));

    internal Operation? WriterOf(Value value) => _writers.GetValueOrDefault(value);

    internal IReadOnlyList<Operation> ReadersOf(Value value) => _readers.TryGetValue(value, out List<Operation>? readers) ? readers : [];

    /// <summary>The operations in an order in which padding is known before the first step of the region, and how many must come before it.</summary>
    internal (IReadOnlyList<Operation> Operations, int First) Ordered() =>
        ([.. _all.Where(_first.Contains), .. _all.Where(o => !_first.Contains(o))], _first.Count);

    /// <summary>Whether a value has as many elements as one position of every sequence, and of a token all that another value has.</summary>
    internal bool HasOneTokenOfEach(Value picked, Value value)
    {
        if (_plan.ShapeOf(picked) is not { } one || _plan.ShapeOf(value) is not { } all || Grid.LeadingAxes(all) is not (>= 0 and var axes) || one.Rank < all.Rank - axes)
            return false;
        return one.ElementCount * Grid.Length == all.ElementCount && Enumerable.Range(1, all.Rank - axes).All(fromEnd => one[-fromEnd] == all[-fromEnd]);
    }

    /// <summary>Has a factor checked for zeros at padding in every run.</summary>
    /// <returns>False for one that depends on the attentions.</returns>
    internal bool TryCheck(Value factor)
    {
        if (factor.DataType != DataType.Float32 || !_values.ContainsKey(factor) || Before(factor) is not { } operations)
            return false;
        _first.UnionWith(operations);
        _operations.ExceptWith(operations);
        if (!_factors.Contains(factor))
            _factors.Add(factor);
        return true;
    }

    /// <summary>Takes the attentions with a mask of padding, which must be alike.</summary>
    private string? Start()
    {
        string? obstacle = null;
        foreach (AttentionOperation attention in _all.OfType<AttentionOperation>())
        {
            (TokenAttention? found, string? reason) = attention.TokensIn(_plan);
            if (found is null)
            {
                obstacle ??= reason;
                continue;
            }

            if (_operations.Count > 0 && found.Grid != Grid)
                return $"'{attention.Name}' has other sequences than the attentions before it.";
            if (Before(found.Mask.Value) is not { } operations)
                return $"the mask of '{attention.Name}' depends on results of the encoder.";
            Grid = found.Grid;
            _first.UnionWith(operations);
            if (!_masks.Contains(found.Mask))
                _masks.Add(found.Mask);
            _operations.Add(attention);
            foreach (Value input in attention.TokenSources)
                Add(input, found.Inputs);
            Add(attention.Outputs[0], found.Output);
        }

        return _operations.Count == 0 ? obstacle ?? "there is no attention." : null;
    }

    /// <summary>The operations that a value needs; null where an attention of the region is among them.</summary>
    private HashSet<Operation>? Before(Value value)
    {
        HashSet<Operation> found = [];
        Stack<Value> open = new([value]);
        while (open.TryPop(out Value? next))
        {
            if (WriterOf(next) is not { } writer || !found.Add(writer))
                continue;
            if (writer is AttentionOperation && _operations.Contains(writer))
                return null;
            foreach (Value input in writer.Inputs)
                open.Push(input);
        }

        return found;
    }

    /// <summary>Takes in the operations around, as far as they compute token by token.</summary>
    private string? Grow()
    {
        while (_pending.TryDequeue(out Value? value))
        {
            if (WriterOf(value) is { } writer && writer.TokenOutputs.Contains(value))
                Take(writer, isWriter: true, _values[value]);
            foreach (Operation reader in ReadersOf(value))
                Take(reader, isWriter: false, _values[value], value);
        }

        return _conflict is null ? null : $"'{_conflict.Name}' is read as sequences side by side and as sequences behind each other.";
    }

    private void Take(Operation operation, bool isWriter, TokenOrder order, Value? read = null)
    {
        if (_operations.Contains(operation) || _first.Contains(operation) || operation.TokenInputs(_plan, Grid) is not { } inputs || (read is not null && !inputs.Contains(read)))
            return;
        _operations.Add(operation);
        TokenOrder other = operation.SwapsTokenAxes ? Grid.Swapped(order) : order;
        foreach (Value input in inputs)
            Add(input, isWriter ? other : order);
        foreach (Value output in operation.TokenOutputs)
            Add(output, isWriter ? order : other);
    }

    private void Add(Value value, TokenOrder order)
    {
        if (_values.TryAdd(value, order))
            _pending.Enqueue(value);
        else if (_values[value] != order)
            _conflict = value;
    }
}
