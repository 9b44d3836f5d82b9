using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;

namespace Hone.Kernels.Convolution;

/// <summary>One line of the catalogue: a depthwise kernel and its needs. Window and stride are fixed when an operator is built.</summary>
/// <param name="Id">Name by the house rule, without the window.</param>
/// <param name="Isa">The tier it needs.</param>
/// <param name="Type">Operand types.</param>
/// <param name="IsEmitted">True for machine code that this process writes.</param>
internal sealed record DepthwiseKernel(string Id, Isa Isa, TileType Type, bool IsEmitted)
{
    /// <summary>The id with the window of a shape.</summary>
    internal string IdFor(ConvolutionShape shape) => Id.Replace("-dw__", $"-dw-{shape.KernelHeight}x{shape.KernelWidth}__", StringComparison.Ordinal);
}
