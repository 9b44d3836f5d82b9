using System.Text.RegularExpressions;
using Hone.Kernels;
using Hone.Kernels.Cpu;

namespace Hone.Tests.Kernels;

public sealed class KernelCatalogueTests
{
    [Fact]
    public void List_Ids_AreUniqueAndFollowTheNamingRule()
    {
        IReadOnlyList<KernelInfo> kernels = KernelCatalogue.List();
        Assert.Equal(kernels.Count, kernels.Select(k => k.Id).Distinct().Count());
        Assert.All(kernels, k => Assert.Matches(new Regex("^(f32|bf16|u8-s8)-(gemm-[0-9]+x[0-9]+(c[0-9])?|dw)__(portable|avx2|avxvnni|avx512|avx512vnni|avx512bf16)(-static)?$"), k.Id));
        Assert.All(kernels, k => Assert.Contains($"__{k.Isa.ToString().ToLowerInvariant()}", k.Id, StringComparison.Ordinal));
        Assert.All(kernels, k => Assert.Equal(!k.IsEmitted, k.Id.EndsWith("-static", StringComparison.Ordinal) || k.Isa == Isa.Portable));
    }

    [Fact]
    public void List_StaticOnly_LeavesNoEmittedKernelAndOneOfEachPortable()
    {
        IReadOnlyList<KernelInfo> kernels = KernelCatalogue.List(new KernelOptions { StaticKernels = true, MaxIsa = Isa.Portable });
        Assert.Equal(["f32-gemm-6x8__portable", "u8-s8-gemm-6x8c2__portable", "f32-dw__portable", "u8-s8-dw__portable"], kernels.Where(k => k.IsAvailable).Select(k => k.Id));
    }

    [Fact]
    public void Features_OnLinux_AgreeWithTheKernel()
    {
        Assert.SkipUnless(File.Exists("/proc/cpuinfo"), "No /proc/cpuinfo.");
        string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal));
        Assert.SkipWhen(line is null, "No x86 flags.");
        HashSet<string> flags = [.. line.Split(' ')];
        CpuFeatures expected = new(
            flags.Contains("avx2") && flags.Contains("fma"),
            flags.Contains("avx_vnni"),
            flags.Contains("avx512f") && flags.Contains("avx512bw") && flags.Contains("avx512dq") && flags.Contains("avx512vl"),
            flags.Contains("avx512_vnni"),
            flags.Contains("avx512vbmi"),
            flags.Contains("avx512_bf16"));
        CpuFeatures features = CpuInfo.Features;

        // The environment may take away, never add.
        Assert.True(!features.Avx2 || expected.Avx2);
        Assert.True(!features.Avx512Vnni || expected.Avx512Vnni);
        bool optedOut = Knobs.MaxIsa != Isa.Avx512Bf16 || Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(k => k.StartsWith("DOTNET_Enable", StringComparison.Ordinal));
        Assert.SkipWhen(optedOut, "Features are capped by the environment.");
        Assert.Equal(expected, features);
    }

    [Theory]
    [InlineData("200000", "100000", 2)]
    [InlineData("150000", "100000", 2)]
    [InlineData("max", "100000", null)]
    [InlineData("-1", "100000", null)]
    [InlineData("50000", "100000", 1)]
    public void CgroupLimit_Quota_RoundsUp(string quota, string period, int? expected) => Assert.Equal(expected, Cgroup.Limit(quota, period));
}
