namespace Hone.Operators.Normalization;

/// <summary>Operators that shift and scale by statistics of their input.</summary>
internal static class NormalizationOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new BatchNormalization(),
        new GroupNormalization(),
        new InstanceNormalization(),
        new LayerNormalization(),
        new LpNormalization(),
        new Lrn(),
        new MeanVarianceNormalization(),
        new RmsNormalization(),
    ];
}
