using Hone.Kernels.Memory;

namespace Hone.Kernels.Layout;

/// <summary>Copies of rows between strided buffers: slices, concatenation, padding.</summary>
public static unsafe class StridedCopy
{
    /// <summary>Copies rows of bytes.</summary>
    /// <param name="source">First source row.</param>
    /// <param name="sourceStride">Bytes between source rows.</param>
    /// <param name="target">First target row; may not overlap the source.</param>
    /// <param name="targetStride">Bytes between target rows.</param>
    /// <param name="rowBytes">Bytes per row.</param>
    /// <param name="rows">Number of rows.</param>
    public static void Rows(void* source, nint sourceStride, void* target, nint targetStride, nint rowBytes, nint rows)
    {
        byte* from = (byte*)source, to = (byte*)target;
        if (sourceStride == rowBytes && targetStride == rowBytes)
        {
            Buffer.MemoryCopy(from, to, rowBytes * rows, rowBytes * rows);
            return;
        }

        for (nint r = 0; r < rows; r++, from += sourceStride, to += targetStride)
        {
            if (rowBytes <= 32)
            {
                ByteCopy.Copy(from, to, (int)rowBytes);
            }
            else
            {
                Buffer.MemoryCopy(from, to, rowBytes, rowBytes);
            }
        }
    }
}
