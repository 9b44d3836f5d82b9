using System.Runtime.Intrinsics;
using Hone.Kernels.Simd;
using Hone.Kernels.Threading;

namespace Hone.Kernels.Resize;

/// <summary>Nearest and bilinear resize of channels-last maps.</summary>
public static unsafe class ResizeMap
{
    /// <summary>Copies the nearest pixel; elements of any size.</summary>
    /// <param name="rows">Source of every output row.</param>
    /// <param name="columns">Source of every output column.</param>
    /// <param name="elementSize">Bytes per element.</param>
    /// <param name="arguments">Sizes and memory.</param>
    public static void Nearest(ResizeAxis rows, ResizeAxis columns, int elementSize, in ResizeArguments arguments) =>
        Run(rows, columns, elementSize, arguments, isLinear: false);

    /// <summary>fp32 bilinear interpolation: rows first, then columns, a + (b - a) * weight.</summary>
    /// <param name="rows">Sources and weights of every output row.</param>
    /// <param name="columns">Sources and weights of every output column.</param>
    /// <param name="arguments">Sizes and memory.</param>
    public static void Bilinear(ResizeAxis rows, ResizeAxis columns, in ResizeArguments arguments) =>
        Run(rows, columns, sizeof(float), arguments, isLinear: true);

    private static void Run(ResizeAxis rows, ResizeAxis columns, int elementSize, in ResizeArguments arguments, bool isLinear)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        if (rows.First.Length != arguments.OutputHeight || columns.First.Length != arguments.OutputWidth)
        {
            throw new ArgumentException($"Axes of {rows.First.Length} x {columns.First.Length} for an output of {arguments.OutputHeight} x {arguments.OutputWidth}.");
        }

        Job job = new() { Rows = rows, Columns = columns, ElementSize = elementSize, Arguments = arguments, IsLinear = isLinear };
        (arguments.Pool ?? WorkerPool.Shared).Run(ref job, checked(arguments.Batch * arguments.OutputHeight), arguments.MaxThreads);
    }

    private struct Job : IParallelJob
    {
        internal ResizeAxis Rows;
        internal ResizeAxis Columns;
        internal ResizeArguments Arguments;
        internal int ElementSize;
        internal bool IsLinear;

        public readonly void Execute(int item)
        {
            int image = item / Arguments.OutputHeight, y = item % Arguments.OutputHeight;
            nint rowBytes = Arguments.Width * Arguments.InputStride * ElementSize;
            byte* map = (byte*)Arguments.Input + (nint)image * Arguments.Height * rowBytes;
            byte* top = map + Rows.First[y] * rowBytes;
            byte* bottom = map + Rows.Second[y] * rowBytes;
            byte* target = (byte*)Arguments.Output + (nint)item * Arguments.OutputWidth * Arguments.OutputStride * ElementSize;
            nint pixelBytes = Arguments.InputStride * ElementSize, targetBytes = Arguments.OutputStride * ElementSize;
            for (int x = 0; x < Arguments.OutputWidth; x++, target += targetBytes)
            {
                nint left = Columns.First[x] * pixelBytes, right = Columns.Second[x] * pixelBytes;
                if (!IsLinear)
                {
                    long count = (long)Arguments.Channels * ElementSize;
                    Buffer.MemoryCopy(top + left, target, count, count);
                    continue;
                }

                float* a = (float*)(top + left), b = (float*)(top + right), c = (float*)(bottom + left), d = (float*)(bottom + right);
                switch (VectorWidth.Default)
                {
                    case 512: Blend<Simd512, Vector512<float>, Vector512<int>>(a, b, c, d, (float*)target, Arguments.Channels, Rows.Weight[y], Columns.Weight[x]); break;
                    case 256: Blend<Simd256, Vector256<float>, Vector256<int>>(a, b, c, d, (float*)target, Arguments.Channels, Rows.Weight[y], Columns.Weight[x]); break;
                    default: Blend<Simd128, Vector128<float>, Vector128<int>>(a, b, c, d, (float*)target, Arguments.Channels, Rows.Weight[y], Columns.Weight[x]); break;
                }
            }
        }
    }

    private static void Blend<S, V, I>(float* a, float* b, float* c, float* d, float* target, int channels, float wy, float wx)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        V vy = S.Create(wy), vx = S.Create(wx);
        int i = 0;
        for (; i + S.Count <= channels; i += S.Count)
        {
            V va = S.Load(a + i), vb = S.Load(b + i);
            V left = S.FusedMultiplyAdd(S.Subtract(S.Load(c + i), va), vy, va);
            V right = S.FusedMultiplyAdd(S.Subtract(S.Load(d + i), vb), vy, vb);
            S.Store(S.FusedMultiplyAdd(S.Subtract(right, left), vx, left), target + i);
        }

        if (i < channels)
        {
            int rest = channels - i;
            float* padded = stackalloc float[5 * 16];
            Pad(a + i, padded, rest);
            Pad(b + i, padded + 16, rest);
            Pad(c + i, padded + 32, rest);
            Pad(d + i, padded + 48, rest);
            Blend<S, V, I>(padded, padded + 16, padded + 32, padded + 48, padded + 64, S.Count, wy, wx);
            new Span<float>(padded + 64, rest).CopyTo(new Span<float>(target + i, rest));
        }
    }

    private static void Pad(float* source, float* target, int count)
    {
        new Span<float>(source, count).CopyTo(new Span<float>(target, 16));
        new Span<float>(target + count, 16 - count).Clear();
    }
}
