using System.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>a to the power of b.</summary>
/// <remarks>
/// ONNX operator <c>Pow</c>, opset 13 and up: inputs A of any numeric type and B of any other, broadcast to one shape; output of A's type.
/// Integers to non-negative integer powers are exact and wrap around.
/// </remarks>
internal sealed class Pow : NumericOperator
{
    public override string Name => "Pow";

    public override int SinceVersion => 13;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context) => context.SetOutput(0, context.DataType(0), context.BroadcastShape(0, 1));

    protected override void Evaluate<T>(EvaluationContext context)
    {
        Tensor left = context.Input(0);
        Tensor right = context.Input(1);
        Tensor output = context.CreateOutput(0, left.DataType, Broadcasting.Shape(context));
        if (left.DataType.IsInteger() && right.DataType.IsInteger())
        {
            using Tensor exponents = ElementConversion.Convert(right, DataType.Int64);
            Broadcasting.Apply(output.Shape, left.AsSpan<T>(), left.Shape, exponents.AsSpan<long>(), right.Shape, output.AsSpan<T>(), IntegerPower);
        }
        else
        {
            using Tensor exponents = ElementConversion.Convert(right, DataType.Float64);
            Broadcasting.Apply(output.Shape, left.AsSpan<T>(), left.Shape, exponents.AsSpan<double>(), right.Shape, output.AsSpan<T>(), RealPower);
        }
    }

    private static T RealPower<T>(T value, double exponent)
        where T : INumberBase<T> => T.CreateTruncating(Math.Pow(double.CreateTruncating(value), exponent));

    private static T IntegerPower<T>(T value, long exponent)
        where T : INumberBase<T>
    {
        if (exponent < 0)
            return RealPower(value, exponent);
        T result = T.One;
        for (; exponent > 0; exponent >>= 1, value *= value)
        {
            if ((exponent & 1) != 0)
                result *= value;
        }

        return result;
    }
}
