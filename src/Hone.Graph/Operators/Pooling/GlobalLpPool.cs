using Hone.Graphs;
using Hone.Numerics;

namespace Hone.Operators.Pooling;

/// <summary>The Lp norm over all spatial axes.</summary>
/// <remarks>
/// ONNX operator <c>GlobalLpPool</c>, opset 2 (22 adds bfloat16). Input <c>[N, C, ..]</c> of a floating-point type; output <c>[N, C, 1, ..]</c>. Attribute
/// <c>p</c> (2). Sums are made in float64.
/// </remarks>
internal sealed class GlobalLpPool : GlobalPool
{
    public override string Name => "GlobalLpPool";

    public override int SinceVersion => 2;

    protected override double Reduce(Node node, ReadOnlySpan<double> plane)
    {
        long p = PoolingRules.NormOrder(node);
        double sum = 0;
        foreach (double value in plane)
            sum += LpNorm.Power(value, p);
        return LpNorm.Root(sum, p);
    }
}
