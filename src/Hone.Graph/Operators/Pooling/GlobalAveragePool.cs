using Hone.Graphs;

namespace Hone.Operators.Pooling;

/// <summary>The mean over all spatial axes.</summary>
/// <remarks>
/// ONNX operator <c>GlobalAveragePool</c>, opset 1 (22 adds bfloat16). Input <c>[N, C, ..]</c> of a floating-point type; output <c>[N, C, 1, ..]</c>.
/// Sums are made in float64.
/// </remarks>
internal sealed class GlobalAveragePool : GlobalPool
{
    public override string Name => "GlobalAveragePool";

    protected override double Reduce(Node node, ReadOnlySpan<double> plane)
    {
        double sum = 0;
        foreach (double value in plane)
            sum += value;
        return sum / plane.Length;
    }
}
