using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Kernels.Memory;

/// <summary>Copies and fills of few bytes, where the cost of a call to the general ones shows. Nothing beyond the given bytes is
/// touched.</summary>
internal static unsafe class ByteCopy
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Copy(byte* source, byte* target, int count)
    {
        if (count is >= 16 and <= 32)
        {
            Vector128<byte> head = Vector128.Load(source), tail = Vector128.Load(source + count - 16);
            head.Store(target);
            tail.Store(target + count - 16);
        }
        else if (count is >= 4 and < 16)
        {
            int half = count >= 8 ? 8 : 4;
            if (half == 8)
            {
                ulong head = Unsafe.ReadUnaligned<ulong>(source), tail = Unsafe.ReadUnaligned<ulong>(source + count - 8);
                Unsafe.WriteUnaligned(target, head);
                Unsafe.WriteUnaligned(target + count - 8, tail);
            }
            else
            {
                uint head = Unsafe.ReadUnaligned<uint>(source), tail = Unsafe.ReadUnaligned<uint>(source + count - 4);
                Unsafe.WriteUnaligned(target, head);
                Unsafe.WriteUnaligned(target + count - 4, tail);
            }
        }
        else if (count is > 32 and <= 256)
        {
            int i = 0;
            for (; i + 32 < count; i += 32)
            {
                Vector256.Load(source + i).Store(target + i);
            }

            Vector256.Load(source + count - 32).Store(target + count - 32);
        }
        else if (count > 256)
        {
            Buffer.MemoryCopy(source, target, count, count);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                target[i] = source[i];
            }
        }
    }

    /// <summary>Copies rows of few bytes; rows of 16 to 32 bytes take two vectors each.</summary>
    internal static void Rows(byte* source, nint sourceStep, byte* target, nint targetStep, int count, int rows)
    {
        if (count is >= 16 and <= 32)
        {
            int last = count - 16;
            for (int i = 0; i < rows; i++, source += sourceStep, target += targetStep)
            {
                Vector128<byte> head = Vector128.Load(source), tail = Vector128.Load(source + last);
                head.Store(target);
                tail.Store(target + last);
            }

            return;
        }

        for (int i = 0; i < rows; i++, source += sourceStep, target += targetStep)
        {
            Copy(source, target, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Fill(byte* target, byte value, int count)
    {
        if (count > 0)
        {
            new Span<byte>(target, count).Fill(value);
        }
    }

    internal static void Flip(byte* target, int count, byte mask)
    {
        int i = 0;
        for (Vector128<byte> flip = Vector128.Create(mask); i + 16 <= count; i += 16)
        {
            (Vector128.Load(target + i) ^ flip).Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] ^= mask;
        }
    }
}
