namespace Hone.Tests.Kernels;

/// <summary>Rows in buffers whose stride exceeds the row.</summary>
internal static class Strided
{
    internal static void Scatter<T>(ReadOnlySpan<T> rows, Span<T> target, int width, int stride)
    {
        for (int r = 0; r * width < rows.Length; r++)
        {
            rows.Slice(r * width, width).CopyTo(target[(r * stride)..]);
        }
    }
}
