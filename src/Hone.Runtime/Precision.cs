namespace Hone.Runtime;

/// <summary>The number format in which products of a float32 model are computed.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    Float32,

    /// <summary>
    /// Operands are rounded to bfloat16 (8 bits of significand) where the CPU multiplies those faster, weights once and activations as they are read; sums,
    /// normalizations and everything else stay float32. Without AVX512_BF16 only recurrent weights are rounded, which halves what they take to read.
    /// </summary>
    BFloat16,
}
