namespace TextGeneration;

/// <summary>How the weights of the matrix products are stored.</summary>
internal enum WeightFormat
{
    Fp32,
    Int8,
    Int4,
}
