using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Kernels.Memory;

/// <summary>Puts the bytes of a few rows beside each other, column by column, so that neighbouring columns of all rows are one run of memory.</summary>
internal static unsafe class RowInterleaving
{
    /// <summary>Most rows.</summary>
    internal const int MaxRows = 8;

    /// <summary>Columns that are read and written together: sources are read up to a whole number of blocks.</summary>
    internal const int Block = 16;

    /// <summary>Bytes of the target, what is written behind the last column included.</summary>
    internal static int TargetBytes(int rows, int columns) => (columns + Block - 1) / Block * Block * rows + Block;

    /// <summary><c>target[column * count + row] = rows[row][column]</c>.</summary>
    /// <param name="rows">Addresses; each row is readable up to a whole number of blocks.</param>
    /// <param name="count">Rows, 1 to <see cref="MaxRows"/>.</param>
    /// <param name="columns">Bytes of a row.</param>
    /// <param name="target"><see cref="TargetBytes"/> bytes.</param>
    internal static void Run(byte** rows, int count, int columns, byte* target)
    {
        if (!Ssse3.IsSupported)
        {
            for (int column = 0; column < columns; column++)
            {
                for (int row = 0; row < count; row++)
                {
                    *target++ = rows[row][column];
                }
            }
        }
        else if (count <= 4)
        {
            Fours(rows, count, columns, target);
        }
        else
        {
            Eights(rows, count, columns, target);
        }
    }

    // A row that does not exist repeats the last one, and the shuffle drops it.
    private static void Fours(byte** rows, int count, int columns, byte* target)
    {
        byte* r0 = rows[0], r1 = rows[Math.Min(1, count - 1)], r2 = rows[Math.Min(2, count - 1)], r3 = rows[count - 1];
        Vector128<byte> order = Order(4, count);
        for (int c = 0; c < columns; c += Block)
        {
            (Vector128<ushort> low01, Vector128<ushort> high01) = Pairs(r0 + c, r1 + c);
            (Vector128<ushort> low23, Vector128<ushort> high23) = Pairs(r2 + c, r3 + c);
            target = Store(target, order, 4 * count, Sse2.UnpackLow(low01, low23).AsByte(), Sse2.UnpackHigh(low01, low23).AsByte());
            target = Store(target, order, 4 * count, Sse2.UnpackLow(high01, high23).AsByte(), Sse2.UnpackHigh(high01, high23).AsByte());
        }
    }

    private static void Eights(byte** rows, int count, int columns, byte* target)
    {
        byte* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3], r4 = rows[4];
        byte* r5 = rows[Math.Min(5, count - 1)], r6 = rows[Math.Min(6, count - 1)], r7 = rows[count - 1];
        Vector128<byte> order = Order(8, count);
        for (int c = 0; c < columns; c += Block)
        {
            (Vector128<ushort> low01, Vector128<ushort> high01) = Pairs(r0 + c, r1 + c);
            (Vector128<ushort> low23, Vector128<ushort> high23) = Pairs(r2 + c, r3 + c);
            (Vector128<ushort> low45, Vector128<ushort> high45) = Pairs(r4 + c, r5 + c);
            (Vector128<ushort> low67, Vector128<ushort> high67) = Pairs(r6 + c, r7 + c);
            target = StoreEights(target, order, count, Sse2.UnpackLow(low01, low23).AsUInt32(), Sse2.UnpackLow(low45, low67).AsUInt32());
            target = StoreEights(target, order, count, Sse2.UnpackHigh(low01, low23).AsUInt32(), Sse2.UnpackHigh(low45, low67).AsUInt32());
            target = StoreEights(target, order, count, Sse2.UnpackLow(high01, high23).AsUInt32(), Sse2.UnpackLow(high45, high67).AsUInt32());
            target = StoreEights(target, order, count, Sse2.UnpackHigh(high01, high23).AsUInt32(), Sse2.UnpackHigh(high45, high67).AsUInt32());
        }
    }

    private static (Vector128<ushort> Low, Vector128<ushort> High) Pairs(byte* first, byte* second)
    {
        Vector128<byte> a = Vector128.Load(first), b = Vector128.Load(second);
        return (Sse2.UnpackLow(a, b).AsUInt16(), Sse2.UnpackHigh(a, b).AsUInt16());
    }

    private static byte* StoreEights(byte* target, Vector128<byte> order, int count, Vector128<uint> first, Vector128<uint> second) =>
        Store(target, order, 2 * count, Sse2.UnpackLow(first, second).AsByte(), Sse2.UnpackHigh(first, second).AsByte());

    // What a vector writes behind its columns is written over by the next.
    private static byte* Store(byte* target, Vector128<byte> order, int step, Vector128<byte> first, Vector128<byte> second)
    {
        Ssse3.Shuffle(first, order).Store(target);
        Ssse3.Shuffle(second, order).Store(target + step);
        return target + 2 * step;
    }

    // The first count bytes of every group, one group after the other.
    private static Vector128<byte> Order(int group, int count)
    {
        Vector128<byte> order = Vector128<byte>.AllBitsSet;
        for (int i = 0; i < Block / group * count; i++)
        {
            order = order.WithElement(i, (byte)(i / count * group + i % count));
        }

        return order;
    }
}
