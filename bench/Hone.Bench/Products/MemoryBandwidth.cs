using System.Diagnostics;
using System.Runtime.Intrinsics;
using Hone.Kernels.Memory;

namespace Hone.Bench.Products;

/// <summary>How fast threads read memory that no cache holds.</summary>
internal static unsafe class MemoryBandwidth
{
    private const long BytesPerThread = 256L << 20;
    private const int Rounds = 5;
    private const int MostStreams = 4;

    /// <summary>Bytes per second of all threads together, the best of some rounds; each reads one stream, or four side by side.</summary>
    internal static double Measure(int threads)
    {
        NativeBuffer[] buffers = [.. Enumerable.Range(0, threads).Select(_ => new NativeBuffer(BytesPerThread))];
        double best = 0;
        for (int round = 0; round < Rounds * 2; round++)
        {
            int streams = round % 2 == 0 ? 1 : MostStreams;
            long start = Stopwatch.GetTimestamp();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => Read(buffers[i].Pointer, BytesPerThread, streams));
            best = Math.Max(best, threads * BytesPerThread / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Array.ForEach(buffers, b => b.Dispose());
        return best;
    }

    /// <summary>Reads some equal parts of the memory side by side.</summary>
    private static int Read(byte* p, long count, int streams)
    {
        Vector512<int> a = default, b = default;
        long part = count / streams;
        for (byte* end = p + part; p < end; p += 128)
        {
            for (int stream = 0; stream < streams; stream++)
            {
                a |= Vector512.Load((int*)(p + (stream * part)));
                b |= Vector512.Load((int*)(p + (stream * part) + 64));
            }
        }

        return Vector512.Sum(a | b);
    }
}
