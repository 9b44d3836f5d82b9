using Hone.Kernels.Threading;

namespace Hone.Tests.Kernels;

/// <summary>Pools that the kernel tests share.</summary>
internal static class Pools
{
    internal static WorkerPool One { get; } = new(1);

    internal static WorkerPool Three { get; } = new(3);
}
