using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>x + bias for x &lt; -lambd, x - bias for x &gt; lambd, 0 between.</summary>
/// <remarks>ONNX operator <c>Shrink</c>, opset 9 and up, any numeric type. Attributes lambd (0.5) and bias (0).</remarks>
internal sealed class Shrink : UnaryOperator
{
    public override string Name => "Shrink";

    public override int SinceVersion => 9;

    protected override Func<T, T> Function<T>(AttributeMap attributes)
    {
        double threshold = attributes.GetFloat("lambd", 0.5f);
        double bias = attributes.GetFloat("bias", 0);
        return x =>
        {
            double value = double.CreateTruncating(x);
            return T.CreateTruncating(value < -threshold ? value + bias : value > threshold ? value - bias : 0);
        };
    }
}
