using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>a shifted by b bits; bits shifted out are lost.</summary>
/// <remarks>
/// ONNX operator <c>BitShift</c>, opset 11 and up, unsigned integers, with broadcasting. Attribute direction: <c>LEFT</c> or <c>RIGHT</c>.
/// </remarks>
internal sealed class BitShift : BitwiseOperator
{
    public override string Name => "BitShift";

    public override int SinceVersion => 11;

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(0, t => t.IsUnsignedInteger(), "an unsigned integer type");
        base.InferTypes(context);
    }

    protected override Func<T, T, T> Function<T>(EvaluationContext context)
    {
        if (!context.Input(0).DataType.IsUnsignedInteger())
            throw context.Error("its inputs must be unsigned integers.");
        T width = T.CreateTruncating(context.Input(0).DataType.BitWidth());
        return context.Attributes.GetString("direction", "") switch
        {
            "LEFT" => (a, b) => b < width ? a << int.CreateTruncating(b) : T.Zero,
            "RIGHT" => (a, b) => b < width ? a >>> int.CreateTruncating(b) : T.Zero,
            string other => throw context.Error($"the direction is '{other}', expected LEFT or RIGHT."),
        };
    }
}
