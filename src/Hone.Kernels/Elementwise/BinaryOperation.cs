namespace Hone.Kernels.Elementwise;

/// <summary>fp32 functions of two values.</summary>
public enum BinaryOperation
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a - b.</summary>
    Subtract,

    /// <summary>a * b.</summary>
    Multiply,

    /// <summary>a / b.</summary>
    Divide,

    /// <summary>The smaller one; NaN if either is NaN.</summary>
    Min,

    /// <summary>The larger one; NaN if either is NaN.</summary>
    Max,

    /// <summary>a, or a * b where a is below 0.</summary>
    PRelu,

    /// <summary>(a - b) squared.</summary>
    SquaredDifference,
}
