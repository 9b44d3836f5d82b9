using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Generation.Decoding;

/// <summary>Keys and values of the tokens so far, at the end of tensors with room before them, so that their shapes change seldom.</summary>
/// <remarks>A plan is made for each combination of shapes; with this one serves as many tokens as there is room. The mask hides the room.</remarks>
internal sealed class KeyValueCache : IDisposable
{
    private const int SmallestCapacity = 32;

    private readonly IReadOnlyList<(Value Past, Value Present)> _ports;
    private readonly bool _hasRoom;

    internal KeyValueCache(DecoderPorts ports)
    {
        _ports = ports.Cache;
        _hasRoom = ports.Mask is not null;
        Tensors = [.. _ports.Select(p => NewTensor(p.Past, 0))];
    }

    /// <summary>What goes into the model, in the order of the ports.</summary>
    internal Tensor[] Tensors { get; private set; }

    /// <summary>Positions that the tensors have.</summary>
    internal int Capacity { get; private set; }

    /// <summary>Positions that are filled: the last ones.</summary>
    internal int Length { get; private set; }

    /// <summary>Takes what a run gave: keys and values of the old positions and the new ones behind them.</summary>
    /// <returns>Whether the tensors are others than before.</returns>
    internal bool Append(IReadOnlyList<Tensor> present, int tokens)
    {
        Length += tokens;
        bool grows = !_hasRoom || Length > Capacity;
        if (grows)
        {
            Free();
            Capacity = _hasRoom ? Math.Max(SmallestCapacity, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Length + 1)) : Length;
            Tensors = [.. _ports.Select(p => NewTensor(p.Past, Capacity))];
        }

        for (int i = 0; i < present.Count; i++)
            CopyTail(present[i], Tensors[i], Length);
        return grows;
    }

    /// <summary>Forgets all positions.</summary>
    internal void Clear()
    {
        Free();
        (Length, Capacity) = (0, 0);
        Tensors = [.. _ports.Select(p => NewTensor(p.Past, 0))];
    }

    public void Dispose() => Free();

    private void Free()
    {
        foreach (Tensor tensor in Tensors)
            tensor.Dispose();
    }

    private static Tensor NewTensor(Value port, int capacity) => new(DataType.Float32, new TensorShape(1, port.Shape![1].Value, capacity, port.Shape[3].Value));

    private static void CopyTail(Tensor source, Tensor target, int positions)
    {
        (int heads, int width) = ((int)source.Shape[1], (int)source.Shape[3]);
        (int given, int taken) = ((int)source.Shape[2] * width, (int)target.Shape[2] * width);
        int count = positions * width;
        ReadOnlySpan<float> from = source.AsSpan<float>();
        Span<float> to = target.AsSpan<float>();
        for (int head = 0; head < heads; head++)
            from.Slice(((head + 1) * given) - count, count).CopyTo(to.Slice(((head + 1) * taken) - count, count));
    }
}
