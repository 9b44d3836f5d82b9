namespace Hone.Kernels.Cpu;

/// <summary>Every environment switch of the kernels, read once. No other file reads the environment.</summary>
public static class Knobs
{
    /// <summary><c>HONE_MAX_ISA</c>: the highest tier to use, by the name of an <see cref="Isa"/> member; default: no cap.</summary>
    public static Isa MaxIsa { get; } =
        Enum.TryParse(Read("HONE_MAX_ISA"), ignoreCase: true, out Isa isa) && Enum.IsDefined(isa) ? isa : Isa.Avx512Bf16;

    /// <summary><c>HONE_STATIC_KERNELS</c>: <c>1</c> or <c>true</c> runs the static SIMD kernels only and never makes executable memory;
    /// default: false.</summary>
    public static bool StaticKernels { get; } = Read("HONE_STATIC_KERNELS") is "1" or "true" or "True";

    /// <summary><c>HONE_THREADS</c>: threads of the process-wide pool, caller included; default: 0, which means the CPUs this process may
    /// use.</summary>
    public static int Threads { get; } = int.TryParse(Read("HONE_THREADS"), out int threads) && threads > 0 ? threads : 0;

    /// <summary>The switches with one sentence each, for listings.</summary>
    public static IReadOnlyList<(string Name, string Value, string Meaning)> All { get; } =
    [
        ("HONE_MAX_ISA", MaxIsa.ToString(), "Highest instruction-set tier to use: Portable, Avx2, AvxVnni, Avx512, Avx512Vnni or Avx512Bf16."),
        ("HONE_STATIC_KERNELS", StaticKernels ? "1" : "0", "1 runs the static SIMD kernels only; no machine code is emitted."),
        ("HONE_THREADS", Threads.ToString(), "Threads of the process-wide pool, caller included; 0 means the CPUs this process may use."),
    ];

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name);
}
