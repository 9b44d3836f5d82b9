using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Quantization;

/// <summary>Codes, scales and zero points as arrays to compute with.</summary>
internal static class CodeArrays
{
    /// <summary>The codes of a tensor with their zero point subtracted, as integer operators multiply them.</summary>
    /// <param name="node">For errors.</param>
    /// <param name="codes">Of any integer type up to 32 bits.</param>
    /// <param name="zeroPoint">Null (0), one element, or one per entry of <paramref name="axis"/>.</param>
    /// <param name="axis">The axis that zero points differ along.</param>
    public static int[] Centered(Node node, Tensor codes, Tensor? zeroPoint, int axis)
    {
        int[] result = TensorConversion.Widen<int>(codes).ToArray();
        if (zeroPoint is null)
            return result;
        ReadOnlySpan<int> zeroPoints = TensorConversion.Widen<int>(zeroPoint);
        long size = codes.Shape.Rank == 0 ? 1 : codes.Shape[axis];
        if (zeroPoints.Length != 1 && zeroPoints.Length != size)
            throw node.Error($"a zero point {zeroPoint} does not fit {codes} along axis {axis}.");
        int inner = (int)codes.Shape.ElementCountOf(axis + 1, codes.Shape.Rank);
        for (int i = 0; i < result.Length; i++)
            result[i] -= zeroPoints.Length == 1 ? zeroPoints[0] : zeroPoints[i / inner % zeroPoints.Length];
        return result;
    }

    /// <summary>A scale of which there is one for the whole tensor.</summary>
    public static float Single(Node node, Tensor scale) =>
        scale.ElementCount == 1 ? TensorConversion.Widen<float>(scale)[0] : throw node.Error($"a scale of one element is expected, got {scale}.");
}
