using System.Runtime.CompilerServices;
using Hone.Kernels.Cpu;

namespace Hone.Kernels.Threading;

/// <summary>
/// A fixed set of worker threads for short parallel sections. Any number of callers may run sections at once, also from inside an item;
/// each caller
/// works on its own section, so a section always makes progress.
/// </summary>
/// <remarks>
/// Every participant owns a range of items and takes from its front; who is done takes from the back of the others' ranges. Workers spin
/// for some tens
/// of microseconds after their last item, then sleep. A section allocates no managed memory.
/// </remarks>
public sealed unsafe class WorkerPool : IDisposable
{
    private const int SectionSlots = 32;
    private const int SpinRounds = 50;

    private readonly Section[] _sections = new Section[SectionSlots];
    private readonly int[] _taken = new int[SectionSlots];
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private int _sleeping;
    private int _open;
    private volatile bool _stopped;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">Threads that may work on one section, caller included, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ThreadCount = threads;
        for (int i = 0; i < SectionSlots; i++)
        {
            _sections[i] = new Section(threads);
        }

        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work, 1 << 20) { IsBackground = true, Name = $"Hone worker {i + 1}" };
            _threads[i].UnsafeStart();
        }
    }

    /// <summary>The pool of the process: <see cref="Knobs.Threads"/> threads, by default one per CPU that the process may use.</summary>
    public static WorkerPool Shared { get; } = new(Knobs.Threads > 0 ? Knobs.Threads : CpuInfo.ProcessorCount);

    /// <summary>Threads that may work on one section, caller included.</summary>
    public int ThreadCount { get; }

    /// <summary>Runs all items of a job and returns when the last one is done. The calling thread takes part.</summary>
    /// <param name="job">The job; the items see this very value, and what they write to it stays.</param>
    /// <param name="items">Number of items; 0 does nothing.</param>
    /// <param name="maxThreads">Threads that may take part, caller included; 0 or less: all.</param>
    /// <typeparam name="TJob">A value type, so that nothing is allocated.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">The number of items is negative.</exception>
    /// <remarks>The first exception of an item ends the section: items not begun are dropped, and the caller gets the exception.</remarks>
    public void Run<TJob>(ref TJob job, int items, int maxThreads = 0)
        where TJob : struct, IParallelJob
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        int participants = Math.Min(Math.Min(items, ThreadCount), maxThreads <= 0 ? int.MaxValue : maxThreads);
        int slot = participants > 1 ? TakeSlot() : -1;
        if (slot < 0)
        {
            for (int i = 0; i < items; i++)
            {
                job.Execute(i);
            }

            return;
        }

        // A struct on this stack does not move; the other threads leave the section before this call returns.
        Section section = _sections[slot];
        section.Open(Unsafe.AsPointer(ref job), &Invoke<TJob>, items, participants);
        Interlocked.Increment(ref _open);
        Wake(participants - 1);
        try
        {
            section.RunAndClose();
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            Volatile.Write(ref _taken[slot], 0);
        }
    }

    /// <summary>Ends the worker threads once they are idle. Sections that are run later still work, on the calling thread alone.</summary>
    public void Dispose()
    {
        _stopped = true;
        if (_threads.Length > 0)
        {
            _wake.Release(_threads.Length);
        }
    }

    private static void Invoke<TJob>(void* job, int item)
        where TJob : struct, IParallelJob => Unsafe.AsRef<TJob>(job).Execute(item);

    private int TakeSlot()
    {
        for (int i = 0; i < SectionSlots; i++)
        {
            if (Volatile.Read(ref _taken[i]) == 0 && Interlocked.CompareExchange(ref _taken[i], 1, 0) == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private void Wake(int wanted)
    {
        // The increment of _open before and the full fence here pair with the sleeper's: one of the two sees the other.
        int sleeping = Volatile.Read(ref _sleeping);
        while (wanted > 0 && sleeping > 0)
        {
            int before = Interlocked.CompareExchange(ref _sleeping, sleeping - 1, sleeping);
            if (before == sleeping)
            {
                _wake.Release();
                wanted--;
                sleeping--;
            }
            else
            {
                sleeping = before;
            }
        }
    }

    private void Work()
    {
        while (!_stopped)
        {
            int idle = 0;
            while (idle < SpinRounds)
            {
                if (Volatile.Read(ref _open) > 0 && Help())
                {
                    idle = 0;
                }
                else
                {
                    idle++;
                    Thread.SpinWait(8);
                }
            }

            Interlocked.Increment(ref _sleeping);
            if (_stopped || (Volatile.Read(ref _open) > 0 && HasWork()))
            {
                // Take the place back, or, where a waker has taken it already, the permit that it left.
                int sleeping = Volatile.Read(ref _sleeping);
                while (sleeping > 0 && Interlocked.CompareExchange(ref _sleeping, sleeping - 1, sleeping) != sleeping)
                {
                    sleeping = Volatile.Read(ref _sleeping);
                }

                if (sleeping <= 0)
                {
                    _wake.Wait();
                }

                continue;
            }

            _wake.Wait();
        }
    }

    private bool Help()
    {
        bool worked = false;
        for (int i = 0; i < SectionSlots; i++)
        {
            worked |= Volatile.Read(ref _taken[i]) != 0 && _sections[i].TryHelp();
        }

        return worked;
    }

    private bool HasWork()
    {
        for (int i = 0; i < SectionSlots; i++)
        {
            if (Volatile.Read(ref _taken[i]) != 0 && _sections[i].HasPlace)
            {
                return true;
            }
        }

        return false;
    }
}
