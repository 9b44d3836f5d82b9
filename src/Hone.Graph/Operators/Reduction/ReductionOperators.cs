namespace Hone.Operators.Reduction;

/// <summary>Operators that combine the elements along some axes into one, or normalise along them.</summary>
internal static class ReductionOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new ArgMax(),
        new ArgMin(),
        new CumProd(),
        new CumSum(),
        new Hardmax(),
        new LogSoftmax(),
        new ReduceL1(),
        new ReduceL2(),
        new ReduceLogSum(),
        new ReduceLogSumExp(),
        new ReduceMax(),
        new ReduceMean(),
        new ReduceMin(),
        new ReduceProd(),
        new ReduceSum(),
        new ReduceSumSquare(),
        new Softmax(),
        new TopK(),
    ];
}
