using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Random;

/// <summary>A tensor of independent random numbers.</summary>
/// <remarks>
/// ONNX operators <c>RandomNormal</c> and <c>RandomUniform</c>, opset 1 and up, whose shape is attribute shape, and their Like forms, whose
/// shape is that of the input. Attributes dtype (float32, or the input's type) and seed. The generator is .NET's: other runtimes draw other
/// numbers from the same seed.
/// </remarks>
internal abstract class RandomOperator : Operator
{
    public override (int Minimum, int Maximum) InputCount => (0, 0);

    public override bool IsDeterministic => false;

    /// <value>Whether the shape is that of an input.</value>
    private bool IsLike => InputCount.Maximum == 1;

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = IsLike ? context.Shape(0) : new SymbolicShape(new TensorShape(context.Attributes.RequireInts("shape")));
        context.SetOutput(0, ElementType(context.Attributes, context.DataType(0)), shape);
    }

    public override void Evaluate(EvaluationContext context)
    {
        TensorShape shape = IsLike ? context.Input(0).Shape : new TensorShape(context.Attributes.RequireInts("shape"));
        DataType type = ElementType(context.Attributes, context.OptionalInput(0)?.DataType ?? DataType.Undefined);
        Tensor output = context.CreateOutput(0, DataType.Float64, shape);
        System.Random random = RandomSource.Create(context.Attributes);
        Span<double> elements = output.AsSpan<double>();
        for (int i = 0; i < elements.Length; i++)
            elements[i] = Draw(random, context.Attributes);
        context.SetOutput(0, ElementConversion.Convert(output, type));
        output.Dispose();
    }

    /// <summary>One number.</summary>
    protected abstract double Draw(System.Random random, AttributeMap attributes);

    private static DataType ElementType(AttributeMap attributes, DataType input)
    {
        DataType type = attributes.GetDataType("dtype", input == DataType.Undefined ? DataType.Float32 : input);
        return type.IsFloatingPoint() ? type : throw new HoneException($"Random numbers are floating-point ones, not {type.DisplayName()}.");
    }
}
