using System.Diagnostics;
using System.Runtime.Intrinsics;
using Hone.Kernels.Memory;

namespace Hone.Bench.Products;

/// <summary>How fast threads read memory that no cache holds.</summary>
internal static unsafe class MemoryBandwidth
{
    private const long BytesPerThread = 256L << 20;
    private const int Rounds = 5;

    /// <summary>Bytes per second of all threads together, the best of some rounds.</summary>
    internal static double Measure(int threads)
    {
        NativeBuffer[] buffers = [.. Enumerable.Range(0, threads).Select(_ => new NativeBuffer(BytesPerThread))];
        double best = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => Read(buffers[i].Pointer, BytesPerThread));
            best = Math.Max(best, threads * BytesPerThread / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Array.ForEach(buffers, b => b.Dispose());
        return best;
    }

    private static int Read(byte* p, long count)
    {
        Vector256<int> a = default, b = default, c = default, d = default;
        for (byte* end = p + count; p < end; p += 128)
        {
            a |= Vector256.Load((int*)p);
            b |= Vector256.Load((int*)(p + 32));
            c |= Vector256.Load((int*)(p + 64));
            d |= Vector256.Load((int*)(p + 96));
        }

        return Vector256.Sum(a | b | c | d);
    }
}
