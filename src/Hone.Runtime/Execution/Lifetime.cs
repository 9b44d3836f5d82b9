namespace Hone.Runtime.Execution;

/// <summary>Frees something after it was disposed and the last user has left.</summary>
internal sealed class Lifetime(Action free) : IDisposable
{
    private const long Disposed = long.MinValue;

    /// <summary>Number of users; the sign bit says that it is disposed.</summary>
    private long _state;

    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    internal void Enter()
    {
        if (Interlocked.Increment(ref _state) < 0)
        {
            Leave();
            throw new ObjectDisposedException(nameof(CompiledModel));
        }
    }

    internal void Leave()
    {
        if (Interlocked.Decrement(ref _state) == Disposed)
            FreeOnce();
    }

    public void Dispose()
    {
        if ((Interlocked.Or(ref _state, Disposed) & Disposed) == 0 && Interlocked.Read(ref _state) == Disposed)
            FreeOnce();
    }

    private void FreeOnce()
    {
        if (Interlocked.CompareExchange(ref _state, Disposed + 1, Disposed) == Disposed)
            free();
    }
}
