using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>The bits of x inverted.</summary>
/// <remarks>ONNX operator <c>BitwiseNot</c>, opset 18 and up: input <c>[...]</c> of any integer type, output the same.</remarks>
internal sealed class BitwiseNot : MovementOperator
{
    public override string Name => "BitwiseNot";

    public override int SinceVersion => 18;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(0, t => t.IsInteger(), "an integer type");
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        if (!context.Input(0).DataType.IsInteger())
            throw context.Error("its input must be an integer tensor.");
        ReadOnlySpan<byte> x = context.Input(0).Bytes;
        Span<byte> y = context.CreateOutput(0, context.Input(0).DataType, context.Input(0).Shape).Bytes;
        for (int i = 0; i < y.Length; i++)
            y[i] = (byte)~x[i];
    }
}
