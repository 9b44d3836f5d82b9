using Hone.Kernels.Threading;

namespace Hone.Tests.Kernels;

public sealed class WorkerPoolTests
{
    private struct Count(int[] hits) : IParallelJob
    {
        public readonly void Execute(int item) => Interlocked.Increment(ref hits[item]);
    }

    private struct Nested(WorkerPool pool, int[] hits) : IParallelJob
    {
        public readonly void Execute(int item)
        {
            Count inner = new(hits);
            pool.Run(ref inner, hits.Length);
        }
    }

    private struct Failing(int failing) : IParallelJob
    {
        public readonly void Execute(int item)
        {
            if (item == failing)
            {
                throw new InvalidOperationException("item");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Run_AnyCount_EachItemOnce(int threads)
    {
        using WorkerPool pool = new(threads);
        foreach (int items in new[] { 0, 1, 2, 3, 17, 1000 })
        {
            for (int round = 0; round < 50; round++)
            {
                int[] hits = new int[items];
                Count job = new(hits);
                pool.Run(ref job, items, round % 4);
                Assert.All(hits, h => Assert.Equal(1, h));
            }
        }
    }

    [Fact]
    public void Run_ManyCallersAtOnce_EachItemOnce()
    {
        using WorkerPool pool = new(3);
        Thread[] callers = new Thread[8];
        int[][] hits = new int[callers.Length][];
        for (int c = 0; c < callers.Length; c++)
        {
            int[] mine = hits[c] = new int[97];
            callers[c] = new Thread(() =>
            {
                for (int round = 0; round < 300; round++)
                {
                    Count job = new(mine);
                    pool.Run(ref job, mine.Length);
                }
            });
        }

        Array.ForEach(callers, c => c.Start());
        Array.ForEach(callers, c => c.Join());
        Assert.All(hits, h => Assert.All(h, count => Assert.Equal(300, count)));
    }

    [Fact]
    public void Run_FromInsideAnItem_Completes()
    {
        using WorkerPool pool = new(3);
        int[] hits = new int[50];
        Nested job = new(pool, hits);
        pool.Run(ref job, 60);
        Assert.All(hits, h => Assert.Equal(60, h));
    }

    [Fact]
    public void Run_AfterWorkersSlept_WakesThem()
    {
        using WorkerPool pool = new(2);
        int[] hits = new int[64];
        for (int round = 0; round < 20; round++)
        {
            Count job = new(hits);
            pool.Run(ref job, hits.Length);
            Thread.Sleep(2);
        }

        Assert.All(hits, h => Assert.Equal(20, h));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    public void Run_ItemThrows_CallerGetsItAndPoolStaysUsable(int failing)
    {
        using WorkerPool pool = new(3);
        for (int round = 0; round < 20; round++)
        {
            Failing job = new(failing);
            Assert.Throws<InvalidOperationException>(() =>
            {
                Failing copy = job;
                pool.Run(ref copy, 64);
            });
        }

        int[] hits = new int[10];
        Count good = new(hits);
        pool.Run(ref good, 10);
        Assert.All(hits, h => Assert.Equal(1, h));
    }

    [Fact]
    public void Run_AfterDispose_StillDoesTheWork()
    {
        WorkerPool pool = new(3);
        pool.Dispose();
        int[] hits = new int[10];
        Count job = new(hits);
        pool.Run(ref job, 10);
        Assert.All(hits, h => Assert.Equal(1, h));
    }

    [Fact]
    public void Run_Warm_AllocatesNothing()
    {
        using WorkerPool pool = new(2);
        Count job = new(new int[100]);
        for (int i = 0; i < 20; i++)
        {
            pool.Run(ref job, 100);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            pool.Run(ref job, 100);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
