using Hone.Kernels.Simd;

namespace Hone.Kernels.Recurrent;

/// <summary>One row times a packed strip: bound by the memory that holds the strip, so it reads that in order and keeps little else busy.</summary>
internal static unsafe class RowProduct<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    /// <summary>output [columns] = row [depth] * panel [depth][columns] + bias [columns], for columns that are whole vectors.</summary>
    internal static void Run(float* row, float* panel, nint depth, int columns, float* bias, float* output)
    {
        int vectors = columns / S.Count, j = 0;
        for (; j + 4 <= vectors; j += 4)
        {
            Four(row, panel + j * S.Count, depth, columns, bias + j * S.Count, output + j * S.Count);
        }

        switch (vectors - j)
        {
            case 3: Three(row, panel + j * S.Count, depth, columns, bias + j * S.Count, output + j * S.Count); break;
            case 2: Two(row, panel + j * S.Count, depth, columns, bias + j * S.Count, output + j * S.Count); break;
            case 1: One(row, panel + j * S.Count, depth, columns, bias + j * S.Count, output + j * S.Count); break;
        }
    }

    private static void Four(float* row, float* panel, nint depth, nint stride, float* bias, float* output)
    {
        V a0 = S.Load(bias), a1 = S.Load(bias + S.Count), a2 = S.Load(bias + 2 * S.Count), a3 = S.Load(bias + 3 * S.Count);
        V b0 = default, b1 = default, b2 = default, b3 = default;
        nint k = 0;
        for (; k + 2 <= depth; k += 2, panel += 2 * stride)
        {
            V x = S.Create(row[k]), y = S.Create(row[k + 1]);
            a0 = S.FusedMultiplyAdd(S.Load(panel), x, a0);
            a1 = S.FusedMultiplyAdd(S.Load(panel + S.Count), x, a1);
            a2 = S.FusedMultiplyAdd(S.Load(panel + 2 * S.Count), x, a2);
            a3 = S.FusedMultiplyAdd(S.Load(panel + 3 * S.Count), x, a3);
            float* next = panel + stride;
            b0 = S.FusedMultiplyAdd(S.Load(next), y, b0);
            b1 = S.FusedMultiplyAdd(S.Load(next + S.Count), y, b1);
            b2 = S.FusedMultiplyAdd(S.Load(next + 2 * S.Count), y, b2);
            b3 = S.FusedMultiplyAdd(S.Load(next + 3 * S.Count), y, b3);
        }

        if (k < depth)
        {
            V x = S.Create(row[k]);
            a0 = S.FusedMultiplyAdd(S.Load(panel), x, a0);
            a1 = S.FusedMultiplyAdd(S.Load(panel + S.Count), x, a1);
            a2 = S.FusedMultiplyAdd(S.Load(panel + 2 * S.Count), x, a2);
            a3 = S.FusedMultiplyAdd(S.Load(panel + 3 * S.Count), x, a3);
        }

        S.Store(S.Add(a0, b0), output);
        S.Store(S.Add(a1, b1), output + S.Count);
        S.Store(S.Add(a2, b2), output + 2 * S.Count);
        S.Store(S.Add(a3, b3), output + 3 * S.Count);
    }

    private static void Three(float* row, float* panel, nint depth, nint stride, float* bias, float* output)
    {
        V a0 = S.Load(bias), a1 = S.Load(bias + S.Count), a2 = S.Load(bias + 2 * S.Count);
        V b0 = default, b1 = default, b2 = default;
        nint k = 0;
        for (; k + 2 <= depth; k += 2, panel += 2 * stride)
        {
            V x = S.Create(row[k]), y = S.Create(row[k + 1]);
            a0 = S.FusedMultiplyAdd(S.Load(panel), x, a0);
            a1 = S.FusedMultiplyAdd(S.Load(panel + S.Count), x, a1);
            a2 = S.FusedMultiplyAdd(S.Load(panel + 2 * S.Count), x, a2);
            float* next = panel + stride;
            b0 = S.FusedMultiplyAdd(S.Load(next), y, b0);
            b1 = S.FusedMultiplyAdd(S.Load(next + S.Count), y, b1);
            b2 = S.FusedMultiplyAdd(S.Load(next + 2 * S.Count), y, b2);
        }

        if (k < depth)
        {
            V x = S.Create(row[k]);
            a0 = S.FusedMultiplyAdd(S.Load(panel), x, a0);
            a1 = S.FusedMultiplyAdd(S.Load(panel + S.Count), x, a1);
            a2 = S.FusedMultiplyAdd(S.Load(panel + 2 * S.Count), x, a2);
        }

        S.Store(S.Add(a0, b0), output);
        S.Store(S.Add(a1, b1), output + S.Count);
        S.Store(S.Add(a2, b2), output + 2 * S.Count);
    }

    private static void Two(float* row, float* panel, nint depth, nint stride, float* bias, float* output)
    {
        One(row, panel, depth, stride, bias, output);
        One(row, panel + S.Count, depth, stride, bias + S.Count, output + S.Count);
    }

    private static void One(float* row, float* panel, nint depth, nint stride, float* bias, float* output)
    {
        V a = S.Load(bias), b = default;
        nint k = 0;
        for (; k + 2 <= depth; k += 2, panel += 2 * stride)
        {
            a = S.FusedMultiplyAdd(S.Load(panel), S.Create(row[k]), a);
            b = S.FusedMultiplyAdd(S.Load(panel + stride), S.Create(row[k + 1]), b);
        }

        S.Store(S.Add(k < depth ? S.FusedMultiplyAdd(S.Load(panel), S.Create(row[k]), a) : a, b), output);
    }

    /// <summary>The same with weights in bfloat16, [depth / 2][columns][2], which halves what is read; products and sums are fp32.</summary>
    internal static void RunHalf(float* row, ushort* panel, nint depth, int columns, float* bias, float* output)
    {
        int j = 0;
        for (; j + 2 * S.Count <= columns; j += 2 * S.Count)
        {
            HalfPair(row, (int*)panel + j, depth, columns, bias + j, output + j);
        }

        for (; j < columns; j += S.Count)
        {
            Half(row, (int*)panel + j, depth, columns, bias + j, output + j);
        }
    }

    private static void HalfPair(float* row, int* panel, nint depth, nint stride, float* bias, float* output)
    {
        V a0 = S.Load(bias), a1 = S.Load(bias + S.Count), b0 = default, b1 = default;
        I upper = S.CreateInt(unchecked((int)0xFFFF0000));
        for (nint k = 0; k < depth; k += 2, panel += stride)
        {
            V x = S.Create(row[k]), y = S.Create(k + 1 < depth ? row[k + 1] : 0);
            I p0 = S.LoadInt(panel), p1 = S.LoadInt(panel + S.Count);
            a0 = S.FusedMultiplyAdd(S.AsFloat(S.ShiftLeft(p0, 16)), x, a0);
            a1 = S.FusedMultiplyAdd(S.AsFloat(S.ShiftLeft(p1, 16)), x, a1);
            b0 = S.FusedMultiplyAdd(S.AsFloat(S.AndInt(p0, upper)), y, b0);
            b1 = S.FusedMultiplyAdd(S.AsFloat(S.AndInt(p1, upper)), y, b1);
        }

        S.Store(S.Add(a0, b0), output);
        S.Store(S.Add(a1, b1), output + S.Count);
    }

    private static void Half(float* row, int* panel, nint depth, nint stride, float* bias, float* output)
    {
        V a = S.Load(bias), b = default;
        I upper = S.CreateInt(unchecked((int)0xFFFF0000));
        for (nint k = 0; k < depth; k += 2, panel += stride)
        {
            I p = S.LoadInt(panel);
            a = S.FusedMultiplyAdd(S.AsFloat(S.ShiftLeft(p, 16)), S.Create(row[k]), a);
            b = S.FusedMultiplyAdd(S.AsFloat(S.AndInt(p, upper)), S.Create(k + 1 < depth ? row[k + 1] : 0), b);
        }

        S.Store(S.Add(a, b), output);
    }
}
