namespace Hone.Runtime.Lowering.Quantization;

/// <summary>The bias of an 8-bit product, as integers at input scale * weight scale; empty for none.</summary>
/// <param name="Integers">[output channels], or empty.</param>
internal sealed record Int8Bias(int[] Integers)
{
    internal static Int8Bias None { get; } = new([]);
}
