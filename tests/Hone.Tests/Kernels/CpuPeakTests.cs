using Hone.Kernels.Cpu;
using Hone.Kernels.Emit;
using Iced.Intel;

namespace Hone.Tests.Kernels;

public sealed class CpuPeakTests
{
    [Theory]
    [InlineData(PeakFormat.Float32)]
    [InlineData(PeakFormat.BFloat16)]
    [InlineData(PeakFormat.Int8)]
    public void Measure_Format_IsPositiveWhereTheProbeExists(PeakFormat format)
    {
        bool exists = ExecutableMemory.Instance is not null && PeakEmitter.Emit(format, CpuInfo.Features, false) is not null;
        Assert.Equal(exists, CpuPeak.Measure(format) > 0);
        Assert.Equal(0, CpuPeak.Measure(format, new KernelOptions { MaxIsa = Isa.Portable }));
    }

    [Fact]
    public void Emit_EveryTierAndConvention_Decodes()
    {
        CpuFeatures all = new(true, true, true, true, true, true);
        foreach (Isa isa in Enum.GetValues<Isa>().Where(i => i != Isa.Portable))
        {
            foreach (PeakFormat format in Enum.GetValues<PeakFormat>())
            {
                if (PeakEmitter.Emit(format, all.Cap(isa), true) is { } probe)
                {
                    Assert.Contains(CodeCheck.Decode(probe.Code), i => i.Mnemonic == Mnemonic.Vzeroupper);
                    Assert.True(probe.Operations > 0);
                }
            }
        }
    }
}
