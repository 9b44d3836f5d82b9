using Hone.Tensors;

namespace Hone.Operators.Random;

/// <summary>1 with the probability that the input gives, 0 otherwise.</summary>
/// <remarks>
/// ONNX operator <c>Bernoulli</c>, opset 15 and up: input <c>[...]</c> of any floating-point type, probabilities; output the same shape.
/// Attributes dtype (the input's) and seed.
/// </remarks>
internal sealed class Bernoulli : Operator
{
    public override string Name => "Bernoulli";

    public override int SinceVersion => 15;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override bool IsDeterministic => false;

    public override void InferTypes(InferenceContext context) =>
        context.SetOutput(0, context.Attributes.GetDataType("dtype", context.DataType(0)), context.Shape(0));

    public override void Evaluate(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        System.Random random = RandomSource.Create(context.Attributes);
        double[] probabilities = ElementConversion.ToDoubles(input);
        using Tensor drawn = new(DataType.Bool, input.Shape);
        Span<bool> elements = drawn.AsSpan<bool>();
        for (int i = 0; i < elements.Length; i++)
            elements[i] = random.NextDouble() < probabilities[i];
        context.SetOutput(0, ElementConversion.Convert(drawn, context.Attributes.GetDataType("dtype", input.DataType)));
    }
}
