using Hone.Graphs;
using Hone.Runtime.Lowering;
using Hone.Runtime.Lowering.Shapes;
using Hone.Tensors;

namespace Hone.Runtime.Planning;

internal sealed unsafe partial class PlanBuilder
{
    /// <summary>The values that are produced right where a concatenation along the channels wants them.</summary>
    private readonly Dictionary<Value, (Value Whole, long FirstChannel)> _parts = [];
    private readonly HashSet<Value> _wholes = [];

    /// <summary>Whether the value lies inside its concatenation already.</summary>
    internal bool IsInPlace(Value part, Operand whole) =>
        _places.TryGetValue((part, Layout.ChannelsLast), out Operand? place) && place.Buffer == whole.Buffer;

    /// <summary>Whether some part of the concatenation is written in place.</summary>
    internal bool IsWhole(Value value) => _wholes.Contains(value);

    /// <summary>The memory of a whole concatenation, made when its first part or the concatenation itself needs it.</summary>
    internal Operand Whole(Value value)
    {
        if (!_places.TryGetValue((value, Layout.ChannelsLast), out Operand? whole))
        {
            _layouts[value] = Layout.ChannelsLast;
            whole = Place(value, Layout.ChannelsLast, NewBuffer(value.DataType.ByteCount(ShapeOf(value)!.ElementCount)));
        }

        return Touch(whole);
    }

    /// <summary>
    /// Finds the values that need no copy into their concatenation: whoever writes and whoever reads them can step over the other channels.
    /// </summary>
    private void ReserveConcatenations(IReadOnlyList<Operation> operations)
    {
        Dictionary<Value, Operation> writers = [];
        Dictionary<Value, List<Operation>> readers = [];
        foreach (Operation operation in operations)
        {
            foreach (Value output in operation.Outputs)
                writers[output] = operation;
            foreach (Value input in operation.Inputs.Distinct())
            {
                if (!readers.TryGetValue(input, out List<Operation>? list))
                    readers.Add(input, list = []);
                list.Add(operation);
            }
        }

        foreach (ConcatOperation concat in operations.OfType<ConcatOperation>().Where(c => c.IsAlongChannels(this)))
        {
            Value whole = concat.Outputs[0];
            if (_parts.ContainsKey(whole))
                continue;
            long channel = 0;
            foreach (Value part in concat.Parts)
            {
                bool fits = writers.TryGetValue(part, out Operation? writer) && writer.WritesStrided(this) && concat.Parts.Count(p => p == part) == 1
                    && readers[part].All(r => r == concat || r.ReadsStrided(part)) && !_parts.ContainsKey(part) && !_wholes.Contains(part) && !IsGraphOutput(part, readers);
                if (fits)
                {
                    _parts.Add(part, (whole, channel));
                    _wholes.Add(whole);
                }

                channel += ShapeOf(part)![1];
            }
        }
    }

    private bool IsGraphOutput(Value value, Dictionary<Value, List<Operation>> readers) => _pendingReads.GetValueOrDefault(value) > readers[value].Count;

    private Operand? PlaceInConcatenation(Value value)
    {
        if (!_parts.TryGetValue(value, out (Value Whole, long FirstChannel) part))
            return null;
        Operand whole = Whole(part.Whole);
        long offset = value.DataType.ByteCount(part.FirstChannel);
        return Touch(Place(value, Layout.ChannelsLast, whole.Buffer, offset, whole.Shape[1]));
    }
}
