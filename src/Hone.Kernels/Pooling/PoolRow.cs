using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Kernels.Pooling;

/// <summary>8-bit maxima of one output row.</summary>
internal static unsafe class PoolRow
{
    // Signed codes are compared in the unsigned domain: flip is 0x80 for them.
    // Compiled for this very machine at the first call: what is compiled ahead of time has no wide vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void MaxBytes(in PoolJob job, int image, int y, int firstChannel, int endChannel, byte flip)
    {
        for (int x = 0; x < job.Width; x++)
        {
            job.Window(y, x, out int top, out int left, out int rows, out int columns, out _);
            byte* source = (byte*)job.Arguments.Input + (((nint)image * job.Arguments.Height + top) * job.Arguments.Width + left) * job.Arguments.InputStride;
            byte* target = (byte*)job.Arguments.Output + (((nint)image * job.Height + y) * job.Width + x) * job.Arguments.OutputStride;
            nint rowStep = (nint)job.Shape.DilationHeight * job.Arguments.Width * job.Arguments.InputStride;
            nint columnStep = job.Shape.DilationWidth * job.Arguments.InputStride;
            int c = firstChannel;
            if (Vector512.IsHardwareAccelerated && Simd.VectorWidth.Default == 512)
            {
                for (Vector512<byte> mask = Vector512.Create(flip); c + 64 <= endChannel; c += 64)
                {
                    Vector512<byte> max = default;
                    for (int i = 0; i < rows; i++)
                    {
                        for (int j = 0; j < columns; j++)
                        {
                            max = Vector512.Max(max, Vector512.Load(source + i * rowStep + j * columnStep + c) ^ mask);
                        }
                    }

                    (max ^ mask).Store(target + c);
                }
            }

            for (Vector128<byte> mask = Vector128.Create(flip); c + 16 <= endChannel; c += 16)
            {
                Vector128<byte> max = default;
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        max = Vector128.Max(max, Vector128.Load(source + i * rowStep + j * columnStep + c) ^ mask);
                    }
                }

                (max ^ mask).Store(target + c);
            }

            for (; c < endChannel; c++)
            {
                byte max = 0;
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        max = Math.Max(max, (byte)(source[i * rowStep + j * columnStep + c] ^ flip));
                    }
                }

                target[c] = (byte)(max ^ flip);
            }
        }
    }
}
