using Hone.Graphs;

namespace Hone.Operators.Pooling;

/// <summary>The largest element over all spatial axes; NaN wins.</summary>
/// <remarks>ONNX operator <c>GlobalMaxPool</c>, opset 1 (22 adds bfloat16). Input <c>[N, C, ..]</c> of a floating-point type; output <c>[N, C, 1, ..]</c>.</remarks>
internal sealed class GlobalMaxPool : GlobalPool
{
    public override string Name => "GlobalMaxPool";

    protected override double Reduce(Node node, ReadOnlySpan<double> plane)
    {
        double largest = double.NegativeInfinity;
        foreach (double value in plane)
            largest = Math.Max(largest, value);
        return largest;
    }
}
