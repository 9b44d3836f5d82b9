using Hone.Quantization.Formulas;

namespace Hone.Tests.Quantization.Formulas;

/// <summary>Values measured on libtorch 2.10.</summary>
public class KernelFormulaTests
{
    [Theory]
    [InlineData(-1f, 2f, 127, 0.02362205, 42)]
    [InlineData(-1f, 2f, 255, 0.01176471, 85)]
    [InlineData(0.1f, 2f, 255, 0.00784314, 0)]
    [InlineData(0.1f, 2f, 127, 0.01574803, 0)]
    [InlineData(-3f, -1f, 255, 0.01176471, 255)]
    [InlineData(-3f, -1f, 127, 0.02362205, 127)]
    [InlineData(-1e-6f, 1e-6f, 255, 6.1e-5, 128)]
    [InlineData(-1e-6f, 1e-6f, 127, 6.1e-5, 63)]
    [InlineData(-0.001f, 0.007f, 255, 6.1e-5, 32)]
    [InlineData(-0.001f, 0.007f, 127, 6.299e-5, 16)]
    [InlineData(0f, 0f, 255, 0.1, 0)]
    public void ChooseQuantizationParams_Affine_IsThatOfLibtorch(float minimum, float maximum, int quantMax, double scale, int zeroPoint)
    {
        (double actualScale, int actualZeroPoint) = KernelFormula.ChooseQuantizationParams(minimum, maximum, 0, quantMax);
        Assert.Equal(zeroPoint, actualZeroPoint);
        Assert.Equal(scale, actualScale, scale * 1e-4);
    }

    [Theory]
    [InlineData(-1f, 2f, 2.0 / 127, 0)]
    [InlineData(0.1f, 2f, 2.0 / 255, -128)]
    public void ChooseQuantizationParams_Symmetric_IsThatOfLibtorch(float minimum, float maximum, double scale, int zeroPoint)
    {
        (double actualScale, int actualZeroPoint) = KernelFormula.ChooseQuantizationParams(minimum, maximum, -128, 127, isSymmetric: true);
        Assert.Equal(zeroPoint, actualZeroPoint);
        Assert.Equal(scale, actualScale, scale * 1e-6);
    }

    [Fact]
    public void ChooseQuantizationParams_ReducedRange_HalvesTheCodes() =>
        Assert.Equal(KernelFormula.ChooseQuantizationParams(-1, 2, 0, 127), KernelFormula.ChooseQuantizationParams(-1, 2, 0, 255, reducesRange: true));
}
