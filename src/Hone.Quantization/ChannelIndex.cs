using Hone.Tensors;

namespace Hone.Quantization;

/// <summary>Finds the channel of an element from its place in row-major order; everything is channel 0 where there is one scale.</summary>
internal readonly struct ChannelIndex
{
    private readonly long _stride;
    private readonly long _count;

    internal ChannelIndex(TensorShape shape, int? axis)
    {
        _count = axis is { } a ? shape[a] : 1;
        _stride = axis is { } b ? Math.Max(1, shape.ElementCountOf(b + 1, shape.Rank)) : 1;
    }

    internal int Count => (int)_count;

    internal int Of(long element) => _count == 1 ? 0 : (int)(element / _stride % _count);
}
