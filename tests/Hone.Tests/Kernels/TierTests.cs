using System.Diagnostics;
using Hone.Kernels.Cpu;

namespace Hone.Tests.Kernels;

/// <summary>Loops that run at the width of the process are tested at lower tiers in child processes.</summary>
public sealed class TierTests
{
    private static readonly Type[] s_classes =
    [
        typeof(UnaryTests), typeof(BinaryTests), typeof(PoolTests), typeof(QuantizeLinearTests), typeof(RowNormalizationTests), typeof(LayoutTests), typeof(Runtime.ElementwiseChainTests),
    ];

    [Theory]
    [InlineData("HONE_MAX_ISA", "Portable")]
    [InlineData("HONE_MAX_ISA", "Avx2")]
    [InlineData("DOTNET_EnableAVX512", "0")]
    [InlineData("HONE_STATIC_KERNELS", "1")]
    public async Task KernelTests_InAChildOfALowerTier_Pass(string switchName, string value)
    {
        Assert.SkipUnless(CpuInfo.Tier == Isa.Portable || Knobs.MaxIsa == Isa.Avx512Bf16, "Already capped.");
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(TierTests).Assembly.Location);
        }

        foreach (Type type in s_classes)
        {
            start.ArgumentList.Add("-class");
            start.ArgumentList.Add(type.FullName!);
        }

        start.Environment[switchName] = value;
        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        string text = await output + await errors;
        Assert.True(child.ExitCode == 0, text);
        Assert.Matches("Total: [1-9]", text);
    }
}
