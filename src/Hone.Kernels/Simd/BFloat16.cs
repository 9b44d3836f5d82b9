using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hone.Kernels.Simd;

/// <summary>Conversion of fp32 to bfloat16, the upper half of the bits.</summary>
internal static unsafe class BFloat16
{
    /// <summary>Rounds half to even; NaN stays NaN.</summary>
    internal static ushort FromFloat(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Converts a run of values.</summary>
    internal static void FromFloats(float* source, ushort* target, int count)
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i + 32 <= count; i += 32)
            {
                Vector512.Narrow(Upper(Vector512.LoadUnsafe(ref source[i])), Upper(Vector512.LoadUnsafe(ref source[i + 16]))).Store(target + i);
            }
        }

        for (; i < count; i++)
        {
            target[i] = FromFloat(source[i]);
        }
    }

    /// <summary>Converts an array.</summary>
    internal static ushort[] FromFloats(ReadOnlySpan<float> source)
    {
        ushort[] target = new ushort[source.Length];
        fixed (float* from = &MemoryMarshal.GetReference(source))
        fixed (ushort* to = target)
        {
            FromFloats(from, to, source.Length);
        }

        return target;
    }

    private static Vector512<uint> Upper(Vector512<float> value)
    {
        Vector512<uint> bits = value.AsUInt32();
        Vector512<uint> rounded = bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512.Create(1u));
        return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, bits | Vector512.Create(0x400000u)) >> 16;
    }
}
