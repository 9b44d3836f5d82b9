using Hone.Graphs;

namespace Hone.Quantization.Static;

/// <summary>Activations that have one scale and zero point in common.</summary>
/// <param name="Observed">The values whose elements decide the range.</param>
/// <param name="Members">All values with these parameters: the observed ones, and those that only move or select their elements.</param>
public sealed record ActivationPlacement(IReadOnlyList<Value> Observed, IReadOnlyList<Value> Members)
{
    /// <value>The name under which calibration knows the group: that of its first observed value.</value>
    public string Key => Observed[0].Name;
}
