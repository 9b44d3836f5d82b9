using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Keeps the upper or lower triangle of matrices and zeroes the rest.</summary>
/// <remarks>
/// ONNX operator <c>Trilu</c>, opset 14 and up: inputs <c>[..., M, N]</c> of any type and k (optional scalar int64, 0), which moves the diagonal
/// up. Attribute upper (1). The diagonal itself is kept.
/// </remarks>
internal sealed class Trilu : MovementOperator
{
    public override string Name => "Trilu";

    public override int SinceVersion => 14;

    public override (int Minimum, int Maximum) InputCount => (1, 2);

    public override void InferTypes(InferenceContext context)
    {
        if (context.Shape(0) is { Rank: < 2 } shape)
            throw context.Error($"its input is {shape}; it must be [..., M, N].");
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape shape = context.Input(0).Shape;
        if (shape.Rank < 2)
            throw context.Error($"its input is {shape}; it must be [..., M, N].");
        long diagonal = context.OptionalInput(1) is { } k ? k.Item<long>() : 0;
        bool upper = context.Attributes.GetBool("upper", true);
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, shape);
        ReadOnlySpan<T> x = Elements<T>(context, 0);
        Span<T> y = RawElements.Of<T>(output);
        int columns = (int)shape[-1];
        for (int i = 0; i < y.Length; i += columns)
        {
            long row = i / columns % shape[-2];
            // Saturated, so that a far diagonal cannot wrap around.
            int split = (int)Math.Clamp(row + Math.Clamp(diagonal, -int.MaxValue, int.MaxValue) + (upper ? 0 : 1), 0, columns);
            System.Range kept = upper ? split..columns : 0..split;
            x.Slice(i, columns)[kept].CopyTo(y.Slice(i, columns)[kept]);
        }
    }
}
