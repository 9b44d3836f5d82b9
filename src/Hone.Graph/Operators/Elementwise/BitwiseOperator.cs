using System.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>A function of the bits of two integers of one type: inputs A and B, broadcast to one shape; output of that shape and type.</summary>
internal abstract class BitwiseOperator : MovementOperator
{
    public override int SinceVersion => 18;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(0, t => t.IsInteger(), "an integer type");
        context.SetOutput(0, context.CommonDataType(0, 1), context.BroadcastShape(0, 1));
    }

    /// <summary>The function; <typeparamref name="T"/> is the unsigned type of the elements' width.</summary>
    protected abstract Func<T, T, T> Function<T>(EvaluationContext context)
        where T : IBinaryInteger<T>;

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        if (!context.Input(0).DataType.IsInteger())
            throw context.Error($"its inputs are {context.Input(0).DataType.DisplayName()}; they must be integers.");
        switch (context.Input(0).DataType.BitWidth())
        {
            case 8: Apply<byte>(context); break;
            case 16: Apply<ushort>(context); break;
            case 32: Apply<uint>(context); break;
            default: Apply<ulong>(context); break;
        }
    }

    private void Apply<T>(EvaluationContext context)
        where T : IBinaryInteger<T>
    {
        ReadOnlySpan<T> left = Elements<T>(context, 0);
        ReadOnlySpan<T> right = Elements<T>(context, 1);
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, Broadcasting.Shape(context));
        Broadcasting.Apply(output.Shape, left, context.Input(0).Shape, right, context.Input(1).Shape, RawElements.Of<T>(output), Function<T>(context));
    }
}
