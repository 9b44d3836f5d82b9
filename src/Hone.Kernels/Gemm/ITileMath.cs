namespace Hone.Kernels.Gemm;

/// <summary>What one step of a static tile kernel computes.</summary>
/// <typeparam name="V">A vector of accumulators, 4 bytes each.</typeparam>
internal unsafe interface ITileMath<V>
    where V : unmanaged
{
    /// <summary>Bytes of a panel that one vector of accumulators takes at each step.</summary>
    static abstract int PanelBytes { get; }

    /// <summary>The weights of one step.</summary>
    static abstract V Load(byte* panel);

    /// <summary>Step <paramref name="k"/> of a row, in all lanes.</summary>
    static abstract V Broadcast(byte* row, nint k);

    /// <summary><paramref name="sum"/> plus the products of both.</summary>
    static abstract V MultiplyAdd(V row, V weights, V sum);

    /// <summary>Writes accumulators.</summary>
    static abstract void Store(V sum, byte* accumulators);
}
