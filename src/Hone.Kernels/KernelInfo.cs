using Hone.Kernels.Cpu;

namespace Hone.Kernels;

/// <summary>One kernel of the catalogue, for listings.</summary>
/// <param name="Id">Name by the rule in docs/kernel-naming.md.</param>
/// <param name="Isa">The lowest tier that can run it.</param>
/// <param name="IsEmitted">True for machine code that this process writes, false for a static method.</param>
/// <param name="IsAvailable">True if this process may run it.</param>
public sealed record KernelInfo(string Id, Isa Isa, bool IsEmitted, bool IsAvailable);
