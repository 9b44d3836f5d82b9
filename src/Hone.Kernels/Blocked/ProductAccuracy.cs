namespace Hone.Kernels.Blocked;

/// <summary>How a product with weights in blocks treats its fp32 operand.</summary>
public enum ProductAccuracy
{
    /// <summary>As fp32, or as integers of 24 bits with a scale for each block of each row, which is as exact.</summary>
    Exact,

    /// <summary>As integers of 8 bits with a scale for each block of each row. Faster for many rows; the error is that of 8 bits.</summary>
    Int8,
}
