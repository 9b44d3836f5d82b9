namespace Hone.Operators.Convolution;

/// <summary>Operators that slide a kernel over the spatial dimensions.</summary>
internal static class ConvolutionOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new Conv(),
        new ConvInteger(),
        new ConvTranspose(),
        new DeformConv(),
        new QLinearConv(),
    ];
}
