using System.Runtime.Intrinsics;

namespace Hone.Kernels.Elementwise;

/// <summary>The loops of <see cref="RowKernel"/>s, one for every shape of arguments.</summary>
internal static unsafe class RowLoops
{
    internal static void Map<TFunction, TFrom, TTo>(byte* a, nint aStep, byte* b, nint bStep, byte* c, nint cStep, byte* y, nint count)
        where TFunction : struct, IRowFunction<TFrom, TTo>
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        TFrom* from = (TFrom*)a;
        TTo* to = (TTo*)y;
        for (nint i = 0; i < count; i++)
            to[i] = TFunction.Invoke(from[i * aStep]);
    }

    internal static void Combine<TFunction, TFrom, TTo>(byte* a, nint aStep, byte* b, nint bStep, byte* c, nint cStep, byte* y, nint count)
        where TFunction : struct, IRowFunction2<TFrom, TTo>
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        TFrom* left = (TFrom*)a, right = (TFrom*)b;
        TTo* to = (TTo*)y;
        if (aStep == 1 && bStep == 1)
        {
            for (nint i = 0; i < count; i++)
                to[i] = TFunction.Invoke(left[i], right[i]);
            return;
        }

        for (nint i = 0; i < count; i++)
            to[i] = TFunction.Invoke(left[i * aStep], right[i * bStep]);
    }

    /// <summary>y[i] = a[i] ? b[i] : c[i], for elements of any type by their size; a holds bytes 0 and 1.</summary>
    internal static void Select<T>(byte* a, nint aStep, byte* b, nint bStep, byte* c, nint cStep, byte* y, nint count)
        where T : unmanaged
    {
        T* whenTrue = (T*)b, whenFalse = (T*)c, to = (T*)y;
        for (nint i = 0; i < count; i++)
            to[i] = a[i * aStep] != 0 ? whenTrue[i * bStep] : whenFalse[i * cStep];
    }

    /// <summary>The same for elements of four bytes, eight at a time.</summary>
    internal static void Select32(byte* a, nint aStep, byte* b, nint bStep, byte* c, nint cStep, byte* y, nint count)
    {
        nint i = 0;
        if (aStep == 1)
        {
            uint* whenTrue = (uint*)b, whenFalse = (uint*)c, to = (uint*)y;
            Vector256<uint> t = Vector256.Create(*whenTrue), f = Vector256.Create(*whenFalse);
            for (; i + 8 <= count; i += 8)
            {
                Vector128<ushort> wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)(a + i)).AsByte());
                (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(wide);
                Vector256<uint> isFalse = Vector256.Equals(Vector256.Create(lower, upper), Vector256<uint>.Zero);
                t = bStep == 0 ? t : Vector256.Load(whenTrue + i);
                f = cStep == 0 ? f : Vector256.Load(whenFalse + i);
                Vector256.Store(Vector256.ConditionalSelect(isFalse, f, t), to + i);
            }
        }

        Select<uint>(a + (i * aStep), aStep, b + (i * bStep * 4), bStep, c + (i * cStep * 4), cStep, y + (i * 4), count - i);
    }
}
