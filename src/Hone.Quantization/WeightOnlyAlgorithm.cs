namespace Hone.Quantization;

/// <summary>How weights are rounded to the grid of their blocks.</summary>
public enum WeightOnlyAlgorithm
{
    /// <summary>The range of each block decides its scale, each weight goes to the nearest code. No data are needed.</summary>
    RoundToNearest,

    /// <summary>Half-quadratic quantization: scales and zero points that lower the error of all but outliers. No data are needed.</summary>
    Hqq,

    /// <summary>GPTQ: each weight's error is made up for by the weights not yet rounded, as sample data say. Needs calibration data.</summary>
    Gptq,
}
