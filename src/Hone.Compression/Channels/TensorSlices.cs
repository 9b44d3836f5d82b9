using Hone.Tensors;

namespace Hone.Compression.Channels;

/// <summary>Takes slices out of tensors.</summary>
internal static class TensorSlices
{
    /// <summary>The slices at some places of an axis, as a new tensor of the same type.</summary>
    internal static Tensor Take(Tensor tensor, int axis, int[] places)
    {
        long[] shape = tensor.Shape.Dimensions.ToArray();
        int outer = (int)tensor.Shape.ElementCountOf(0, axis);
        int count = (int)shape[axis];
        shape[axis] = places.Length;
        Tensor result = new(tensor.DataType, new TensorShape(shape));
        int bytes = outer * count == 0 ? 0 : (int)(tensor.ByteCount / (outer * count));
        ReadOnlySpan<byte> source = tensor.Bytes;
        Span<byte> target = result.Bytes;
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < places.Length; i++)
                source.Slice(((o * count) + places[i]) * bytes, bytes).CopyTo(target[(((o * places.Length) + i) * bytes)..]);
        }

        return result;
    }
}
