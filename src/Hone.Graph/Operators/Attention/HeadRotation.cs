using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Attention;

/// <summary>Rotates pairs of elements of all heads by the angles of their positions, in float64.</summary>
internal static class HeadRotation
{
    /// <param name="node">For errors, and for <c>interleaved</c>.</param>
    /// <param name="x">[B, H, S, D] or [B, S, H · D].</param>
    /// <param name="heads">H.</param>
    /// <param name="cosine">[.., R / 2].</param>
    /// <param name="sine">As cosine.</param>
    /// <param name="positions">[B · S] rows of cosine and sine.</param>
    internal static Tensor Rotate(Node node, Tensor x, int heads, Tensor cosine, Tensor sine, ReadOnlySpan<long> positions)
    {
        double[] values = TensorConversion.Widen<double>(x).ToArray();
        HeadMatrices matrices = new(values, x.Shape, heads);
        int half = (int)cosine.Shape[-1];
        ReadOnlySpan<double> cosines = TensorConversion.Widen<double>(cosine);
        ReadOnlySpan<double> sines = TensorConversion.Widen<double>(sine);
        for (int token = 0; token < positions.Length; token++)
        {
            long position = positions[token];
            if (position < 0 || position >= cosines.Length / Math.Max(half, 1))
                throw node.Error($"position {position} does not lie in the cache {cosine}.");
            for (int head = 0; head < heads; head++)
            {
                Span<double> row = matrices.Row(token / matrices.Length, head, token % matrices.Length);
                Rotate(row, cosines.Slice((int)position * half, half), sines.Slice((int)position * half, half), node.Attributes.GetBool("interleaved"));
            }
        }

        return TensorConversion.Narrow<double>(values, x.DataType, x.Shape);
    }

    private static void Rotate(Span<double> row, ReadOnlySpan<double> cosines, ReadOnlySpan<double> sines, bool interleaved)
    {
        for (int i = 0; i < cosines.Length; i++)
        {
            ref double first = ref row[interleaved ? 2 * i : i];
            ref double second = ref row[interleaved ? 2 * i + 1 : i + cosines.Length];
            (first, second) = (cosines[i] * first - sines[i] * second, sines[i] * first + cosines[i] * second);
        }
    }
}
