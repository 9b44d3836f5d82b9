namespace Hone.Passes;

/// <summary>What the portable passes may do.</summary>
public sealed record PortablePassOptions
{
    /// <value>The default options.</value>
    public static PortablePassOptions Default { get; } = new();

    /// <value>
    /// Whether <c>QuantizeLinear</c> and <c>DequantizeLinear</c> of constants stay nodes, so that a quantized model stays one. Default true; false
    /// folds them, which turns a weight-quantized model into a floating-point one.
    /// </value>
    public bool KeepsQuantization { get; init; } = true;

    /// <value>A node is folded only when its results take at most so many bytes more than its constant inputs. Default 1 MiB.</value>
    public long LargestGrowth { get; init; } = 1 << 20;
}
