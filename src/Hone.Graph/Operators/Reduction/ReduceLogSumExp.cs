namespace Hone.Operators.Reduction;

/// <summary>The logarithm of the sum of the exponentials, without overflow.</summary>
/// <inheritdoc/>
internal sealed class ReduceLogSumExp : ReduceOperator
{
    public override string Name => "ReduceLogSumExp";

    protected override bool NeedsReals => true;

    protected override T Initial<T>() => T.CreateSaturating(double.NegativeInfinity);

    /// <summary>log(exp(a) + exp(b)) = max + log(1 + exp(min - max)).</summary>
    protected override Func<T, T, T> Step<T>() => (accumulated, x) =>
    {
        double a = double.CreateTruncating(accumulated);
        double b = double.CreateTruncating(x);
        double larger = Math.Max(a, b);
        return double.IsInfinity(larger) ? T.CreateTruncating(larger) : T.CreateTruncating(larger + double.LogP1(Math.Exp(Math.Min(a, b) - larger)));
    };
}
