using System.Runtime.Intrinsics;

namespace Hone.Kernels.Layout;

/// <summary>Three planes to pixels of three elements, as images come in: 48 bytes at a time by byte shuffles.</summary>
internal static unsafe class Interleave
{
    private const int Planes = 3;
    private const int Width = 16;

    /// <summary>target[3 * i + p] = source[p * stride + i].</summary>
    /// <param name="source">Three planes.</param>
    /// <param name="sourceStride">Elements between planes.</param>
    /// <param name="target">[count, 3].</param>
    /// <param name="count">Elements per plane.</param>
    /// <typeparam name="T">Element type of 1, 2 or 4 bytes.</typeparam>
    internal static void Three<T>(T* source, nint sourceStride, T* target, int count)
        where T : unmanaged
    {
        int step = Width / sizeof(T), i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            Vector128<byte>* masks = stackalloc Vector128<byte>[Planes * Planes];
            FillMasks((byte*)masks, sizeof(T));
            for (; i + step <= count; i += step)
            {
                Vector128<byte> a = Vector128.Load((byte*)(source + i)), b = Vector128.Load((byte*)(source + sourceStride + i)), c = Vector128.Load((byte*)(source + 2 * sourceStride + i));
                byte* to = (byte*)(target + Planes * i);
                for (int part = 0; part < Planes; part++)
                {
                    Vector128<byte>* mask = masks + Planes * part;
                    (Vector128.Shuffle(a, mask[0]) | Vector128.Shuffle(b, mask[1]) | Vector128.Shuffle(c, mask[2])).Store(to + Width * part);
                }
            }
        }

        for (; i < count; i++)
        {
            for (int p = 0; p < Planes; p++)
            {
                target[Planes * i + p] = source[p * sourceStride + i];
            }
        }
    }

    // Byte o of the 48 is byte o % size of element o / size / 3 of plane o / size % 3; the other planes give 0.
    private static void FillMasks(byte* masks, int size)
    {
        for (int part = 0; part < Planes; part++)
        {
            for (int o = 0; o < Width; o++)
            {
                int at = Width * part + o, element = at / size;
                for (int p = 0; p < Planes; p++)
                {
                    masks[(Planes * part + p) * Width + o] = element % Planes == p ? (byte)(element / Planes * size + at % size) : (byte)0xFF;
                }
            }
        }
    }
}
