namespace Hone.Operators.Loss;

/// <summary>Losses of classification.</summary>
internal static class LossOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new NegativeLogLikelihoodLoss(),
        new SoftmaxCrossEntropyLoss(),
    ];
}
