using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hone.Kernels.Cpu;

namespace Hone.Kernels.Quantization;

/// <summary>Maps bytes through a table: any function, or chain of functions, of one 8-bit value.</summary>
public static unsafe class ByteTable
{
    /// <summary>y[i] = table[x[i]].</summary>
    /// <param name="table">[256] values; for s8 codes index by the code's bit pattern.</param>
    /// <param name="x">[count] input.</param>
    /// <param name="y">[count] output; may be <paramref name="x"/> itself.</param>
    /// <param name="count">Number of elements.</param>
    public static void Map(byte* table, byte* x, byte* y, nint count)
    {
        nint i = 0;
        if (Avx512Vbmi.IsSupported && CpuInfo.Features.Avx512Vbmi)
        {
            Vector512<byte> t0 = Vector512.Load(table), t1 = Vector512.Load(table + 64), t2 = Vector512.Load(table + 128), t3 = Vector512.Load(table + 192);
            for (; i + 64 <= count; i += 64)
            {
                // Each permutation looks up 128 entries by the low 7 bits; the top bit chooses.
                Vector512<byte> code = Vector512.Load(x + i);
                Vector512<byte> low = Avx512Vbmi.PermuteVar64x8x2(t0, code, t1);
                Vector512<byte> high = Avx512Vbmi.PermuteVar64x8x2(t2, code, t3);
                Vector512.ConditionalSelect(Vector512.LessThan(code.AsSByte(), Vector512<sbyte>.Zero).AsByte(), high, low).Store(y + i);
            }
        }
        else if (Avx2.IsSupported && CpuInfo.Features.Avx2)
        {
            i = MapAvx2(table, x, y, count);
        }

        for (; i + 4 <= count; i += 4)
        {
            uint code = Unsafe.ReadUnaligned<uint>(x + i);
            uint value = table[(byte)code] | ((uint)table[(byte)(code >> 8)] << 8) | ((uint)table[(byte)(code >> 16)] << 16) | ((uint)table[code >> 24] << 24);
            Unsafe.WriteUnaligned(y + i, value);
        }

        for (; i < count; i++)
        {
            y[i] = table[x[i]];
        }
    }

    // Sixteen 16-byte look-ups; one is kept per byte by its high nibble: the shuffle gives 0 where the index's top bit is set.
    private static nint MapAvx2(byte* table, byte* x, byte* y, nint count)
    {
        nint i = 0;
        for (; i + 32 <= count; i += 32)
        {
            Vector256<byte> code = Vector256.Load(x + i);
            Vector256<byte> result = default;
            for (int part = 0; part < 16; part++)
            {
                Vector128<byte> entries = Vector128.Load(table + 16 * part);
                Vector256<byte> index = code ^ Vector256.Create((byte)(part << 4));
                Vector256<byte> outside = Avx2.AddSaturate(index, Vector256.Create((byte)0x70));
                result |= Avx2.Shuffle(Vector256.Create(entries, entries), outside);
            }

            result.Store(y + i);
        }

        return i;
    }
}
