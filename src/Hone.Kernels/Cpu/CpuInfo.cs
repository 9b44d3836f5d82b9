using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Hone.Kernels.Emit;

namespace Hone.Kernels.Cpu;

/// <summary>The CPU that this process runs on, asked by CPUID and XGETBV once.</summary>
/// <remarks>
/// <c>IsSupported</c> does not answer the question: under NativeAOT it tells what the binary was compiled for. Under a JIT it also
/// carries the user's opt-outs (<c>DOTNET_EnableAVX512=0</c> and its kin), which are honoured.
/// </remarks>
public static class CpuInfo
{
    /// <summary>The features of this CPU after the opt-outs of the runtime and <see cref="Knobs.MaxIsa"/>.</summary>
    public static CpuFeatures Features { get; } = Detect().Cap(Knobs.MaxIsa);

    /// <summary>The highest tier in <see cref="Features"/>.</summary>
    public static Isa Tier => Features.Tier;

    /// <summary>The CPU's own name, or an empty string where it does not tell.</summary>
    public static string Brand { get; } = ReadBrand();

    /// <summary>CPUs that this process may use: affinity and the cgroup's quota, rounded up, at least 1.</summary>
    public static int ProcessorCount { get; } = Math.Max(1, Math.Min(Environment.ProcessorCount, Cgroup.ProcessorLimit() ?? int.MaxValue));

    private static CpuFeatures Detect()
    {
        if (!X86Base.X64.IsSupported)
        {
            return default;
        }

        (int maxLeaf, _, _, _) = X86Base.CpuId(0, 0);
        (_, _, int ecx1, _) = X86Base.CpuId(1, 0);
        if (maxLeaf < 7 || !Bit(ecx1, 27))
        {
            return default;
        }

        ulong xcr0 = ExtendedControl();
        bool ymm = (xcr0 & 0x6) == 0x6;
        bool zmm = (xcr0 & 0xE6) == 0xE6;
        (int maxSubleaf, int ebx7, int ecx7, _) = X86Base.CpuId(7, 0);
        int eax71 = maxSubleaf >= 1 ? X86Base.CpuId(7, 1).Eax : 0;

        bool avx2 = ymm && Bit(ecx1, 28) && Bit(ecx1, 12) && Bit(ebx7, 5);
        bool avx512 = avx2 && zmm && Bit(ebx7, 16) && Bit(ebx7, 17) && Bit(ebx7, 30) && Bit(ebx7, 31);
        bool avxVnni = avx2 && Bit(eax71, 4);
        if (RuntimeFeature.IsDynamicCodeCompiled)
        {
            avx2 &= Avx2.IsSupported && Fma.IsSupported;
            avx512 &= avx2 && Avx512F.IsSupported;
            avxVnni &= avx2 && AvxVnni.IsSupported;
        }

        return new CpuFeatures(avx2, avxVnni, avx512, avx512 && Bit(ecx7, 11), avx512 && Bit(ecx7, 1), avx512 && Bit(eax71, 5));
    }

    // Without executable memory XGETBV cannot be asked; the runtime has checked the operating system's support for what it reports.
    private static unsafe ulong ExtendedControl()
    {
        if (ExecutableMemory.Instance is { } memory)
        {
            // xor ecx, ecx; xgetbv; shl rdx, 32; or rax, rdx; ret
            void* stub = memory.Add([0x31, 0xC9, 0x0F, 0x01, 0xD0, 0x48, 0xC1, 0xE2, 0x20, 0x48, 0x09, 0xD0, 0xC3]);
            if (stub is not null)
            {
                return ((delegate* unmanaged<ulong>)stub)();
            }
        }

        return Avx512F.IsSupported ? 0xE6u : Avx.IsSupported ? 0x6u : 0;
    }

    private static string ReadBrand()
    {
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000004u)
        {
            return "";
        }

        Span<byte> text = stackalloc byte[48];
        for (int i = 0; i < 3; i++)
        {
            (int a, int b, int c, int d) = X86Base.CpuId(unchecked((int)(0x80000002u + (uint)i)), 0);
            Span<int> words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(text[(16 * i)..(16 * i + 16)]);
            words[0] = a;
            words[1] = b;
            words[2] = c;
            words[3] = d;
        }

        int end = text.IndexOf((byte)0);
        return System.Text.Encoding.ASCII.GetString(end < 0 ? text : text[..end]).Trim();
    }

    private static bool Bit(int word, int bit) => ((word >> bit) & 1) != 0;
}
