namespace Hone.Operators.Elementwise;

/// <summary>The mean of the inputs.</summary>
/// <remarks>ONNX operator <c>Mean</c>, opset 8 and up, any numeric type, with broadcasting.</remarks>
internal sealed class Mean : VariadicOperator
{
    public override string Name => "Mean";

    protected override Func<T, T, T> Function<T>() => (a, b) => a + b;

    protected override T Finish<T>(T combined, int inputCount) => combined / T.CreateTruncating(inputCount);
}
