using Hone.Operators.Random;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>Sets random elements to zero in training; passes its input on in inference.</summary>
/// <remarks>
/// ONNX operator <c>Dropout</c>, opset 12 and up: inputs data <c>[...]</c>, ratio (optional scalar, 0.5) and training_mode (optional bool
/// scalar, false); outputs as data, and mask (bool, true where kept). In training the kept elements are divided by 1 - ratio. Attribute seed.
/// </remarks>
internal sealed class Dropout : NumericOperator
{
    public override string Name => "Dropout";

    public override int SinceVersion => 12;

    public override (int Minimum, int Maximum) InputCount => (1, 3);

    public override (int Minimum, int Maximum) OutputCount => (1, 2);

    /// <remarks>Only training draws random numbers, and a graph in training is not folded.</remarks>
    public override bool IsDeterministic => false;

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(2, t => t == DataType.Bool, "bool");
        context.SetOutput(0, context.DataType(0), context.Shape(0));
        context.SetOutput(1, DataType.Bool, context.Shape(0));
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        bool[] mask = new bool[checked((int)input.ElementCount)];
        double ratio = context.OptionalInput(1) is { } given ? ElementConversion.ToDoubles(given)[0] : 0.5;
        if (ratio is < 0 or >= 1 or double.NaN)
            throw context.Error($"the ratio is {ratio}; it must lie in [0, 1).");
        if (context.OptionalInput(2)?.Item<bool>() != true || ratio == 0)
        {
            Array.Fill(mask, true);
            context.SetOutput(0, input.Clone());
            context.SetOutput(1, Tensor.Create(mask, input.Shape.Dimensions));
            return;
        }

        System.Random random = RandomSource.Create(context.Attributes);
        ReadOnlySpan<T> x = input.AsSpan<T>();
        Span<T> y = context.CreateOutput(0, input.DataType, input.Shape).AsSpan<T>();
        for (int i = 0; i < y.Length; i++)
        {
            mask[i] = random.NextDouble() >= ratio;
            y[i] = mask[i] ? T.CreateTruncating(double.CreateTruncating(x[i]) / (1 - ratio)) : T.Zero;
        }

        context.SetOutput(1, Tensor.Create(mask, input.Shape.Dimensions));
    }
}
