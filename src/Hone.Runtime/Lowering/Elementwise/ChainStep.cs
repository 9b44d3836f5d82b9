using Hone.Graphs;
using Hone.Kernels.Elementwise;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>One function of a chain: of the chain's value alone, or of it and another operand of the same shape or of one element.</summary>
/// <param name="Unary">The function where <paramref name="Binary"/> is null.</param>
/// <param name="Binary">The function of two values, or null.</param>
/// <param name="Other">The other operand.</param>
/// <param name="OtherIsLeft">Whether the other operand comes first.</param>
/// <param name="OtherIsScalar">Whether the other operand is one number.</param>
internal readonly record struct ChainStep(Activation Unary, BinaryOperation? Binary, Value? Other, bool OtherIsLeft, bool OtherIsScalar)
{
    /// <summary>Functions per chain: longer chains are cut.</summary>
    internal const int MostSteps = 16;

    internal string Id => (Binary?.ToString() ?? Unary.Operation.ToString()).ToLowerInvariant();
}
