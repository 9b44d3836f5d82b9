using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>Turns <c>[N, .., C]</c> into <c>[N, C, ..]</c> and back, for nodes whose attribute <c>channels_last</c> asks for it.</summary>
internal static class ChannelsLast
{
    /// <summary>Whether the node's tensors are <c>[N, .., C]</c>.</summary>
    public static bool IsSet(Node node) => node.Attributes.GetBool("channels_last");

    /// <summary>The shape <c>[N, C, ..]</c> of <c>[N, .., C]</c>.</summary>
    public static SymbolicShape ToFirst(SymbolicShape shape) => new([shape[0], shape[-1], .. shape.Dimensions[1..^1]]);

    /// <summary>The shape <c>[N, .., C]</c> of <c>[N, C, ..]</c>.</summary>
    public static SymbolicShape ToLast(SymbolicShape shape) => new([shape[0], .. shape.Dimensions[2..], shape[1]]);

    /// <summary>A tensor <c>[N, C, ..]</c> from one <c>[N, .., C]</c>.</summary>
    public static Tensor ToFirst(Tensor tensor) => Permute(tensor, [0, tensor.Shape.Rank - 1, .. Enumerable.Range(1, tensor.Shape.Rank - 2)]);

    /// <summary>A tensor <c>[N, .., C]</c> from one <c>[N, C, ..]</c>.</summary>
    public static Tensor ToLast(Tensor tensor) => Permute(tensor, [0, .. Enumerable.Range(2, tensor.Shape.Rank - 2), 1]);

    private static Tensor Permute(Tensor tensor, int[] order)
    {
        long[] strides = tensor.Shape.Strides();
        Tensor result = new(DataType.Float32, new TensorShape(Array.ConvertAll(order, axis => tensor.Shape[axis])));
        StridedCopy.Gather<float>(result.Shape, tensor.AsSpan<float>(), 0, Array.ConvertAll(order, axis => strides[axis]), result.AsSpan<float>());
        return result;
    }
}
