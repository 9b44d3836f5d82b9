namespace Hone.Quantization;

/// <summary>Names of the values that quantizing adds, by the name of the float value.</summary>
internal static class QuantizedNames
{
    /// <summary>The value after rounding to its codes.</summary>
    internal static string Dequantized(string name) => $"{name}_dequantized";
}
