using Hone.Kernels.Cpu;

namespace Hone.Tests.Kernels;

/// <summary>Every way this machine can run a kernel: each tier, static and emitted.</summary>
internal static class Engines
{
    internal static IEnumerable<KernelOptions> All =>
        from isa in Enum.GetValues<Isa>()
        where isa == Isa.Portable || CpuInfo.Features.Supports(isa)
        from isStatic in new[] { true, false }
        select new KernelOptions { MaxIsa = isa, StaticKernels = isStatic };

    public static TheoryData<string> Names => [.. All.Select(Name)];

    internal static KernelOptions ByName(string name) => All.First(o => Name(o) == name);

    private static string Name(KernelOptions options) => $"{options.MaxIsa}-{(options.StaticKernels ? "static" : "emitted")}";
}
