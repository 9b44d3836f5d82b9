using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Hone.Kernels.Threading;

/// <summary>One parallel section: a job, its items as one range per participant, and who is inside.</summary>
/// <remarks>
/// <c>_state</c> holds the number of participants that are inside in its low half and the number of places left in its high half; closed is
/// 0
/// places. A worker enters by taking a place, so the job's memory, which lies on the caller's stack, is never touched after the caller
/// left.
/// </remarks>
internal sealed unsafe class Section
{
    private const long Place = 1L << 32;
    private const int PaddedWords = 16;

    private readonly long[] _ranges;
    private readonly int _maxParticipants;
    private delegate*<void*, int, void> _execute;
    private void* _job;
    private int _participants;
    private long _state;
    private ExceptionDispatchInfo? _error;

    internal Section(int maxParticipants)
    {
        _maxParticipants = maxParticipants;
        _ranges = GC.AllocateArray<long>((maxParticipants + 1) * PaddedWords, pinned: true);
    }

    /// <summary>Fills the ranges and opens the section for as many workers as there are participants besides the caller.</summary>
    internal void Open(void* job, delegate*<void*, int, void> execute, int items, int participants)
    {
        _job = job;
        _execute = execute;
        _participants = Math.Min(participants, _maxParticipants);
        _error = null;
        for (int i = 0; i < _participants; i++)
        {
            uint start = (uint)((long)items * i / _participants);
            uint end = (uint)((long)items * (i + 1) / _participants);
            Volatile.Write(ref Range(i), Pack(start, end));
        }

        Volatile.Write(ref _state, (_participants - 1) * Place);
    }

    /// <summary>True while a worker could enter.</summary>
    internal bool HasPlace => Volatile.Read(ref _state) >= Place;

    /// <summary>A worker's visit: false if there was no place or no item.</summary>
    internal bool TryHelp()
    {
        long state = Volatile.Read(ref _state);
        do
        {
            if (state < Place)
            {
                return false;
            }
        }
        while (!TryExchange(ref state, state - Place + 1));

        int place = (int)(state >> 32);
        bool worked = Drain(place);
        Interlocked.Decrement(ref _state);
        return worked;
    }

    /// <summary>The caller's part: works, closes the section, waits until the last worker has left, and rethrows the first error.</summary>
    internal void RunAndClose()
    {
        Drain(0);
        long state = Volatile.Read(ref _state);
        while (!TryExchange(ref state, state & (Place - 1)))
        {
        }

        SpinWait spin = default;
        for (int i = 0; Volatile.Read(ref _state) != 0; i++)
        {
            if (i < 2000)
            {
                Thread.SpinWait(4);
            }
            else
            {
                spin.SpinOnce();
            }
        }

        ExceptionDispatchInfo? error = _error;
        _job = null;
        _error = null;
        error?.Throw();
    }

    private bool TryExchange(ref long seen, long next)
    {
        long before = Interlocked.CompareExchange(ref _state, next, seen);
        bool done = before == seen;
        if (!done)
        {
            seen = before;
        }

        return done;
    }

    private bool Drain(int place)
    {
        bool worked = false;
        for (int i = 0; i < _participants; i++)
        {
            int owner = place + i;
            owner -= owner >= _participants ? _participants : 0;
            while (TakeItem(ref Range(owner), fromFront: i == 0, out int item))
            {
                worked = true;
                try
                {
                    _execute(_job, item);
                }
#pragma warning disable CA1031 // carried to the caller, who throws it
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(e), null);
                    Abandon();
                }
            }
        }

        return worked;
    }

    private void Abandon()
    {
        for (int i = 0; i < _participants; i++)
        {
            Interlocked.Exchange(ref Range(i), 0);
        }
    }

    private static bool TakeItem(ref long range, bool fromFront, out int item)
    {
        long seen = Volatile.Read(ref range);
        while (true)
        {
            uint start = (uint)seen, end = (uint)(seen >>> 32);
            if (start >= end)
            {
                item = 0;
                return false;
            }

            long next = fromFront ? Pack(start + 1, end) : Pack(start, end - 1);
            long before = Interlocked.CompareExchange(ref range, next, seen);
            if (before == seen)
            {
                item = (int)(fromFront ? start : end - 1);
                return true;
            }

            seen = before;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long Range(int participant) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_ranges), (participant + 1) * PaddedWords);

    private static long Pack(uint start, uint end) => ((long)end << 32) | start;
}
