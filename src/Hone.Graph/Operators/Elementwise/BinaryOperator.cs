using System.Numerics;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>A function of two numbers of one type: inputs A and B, broadcast to one shape; output of that shape and type.</summary>
internal abstract class BinaryOperator : NumericOperator
{
    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context) =>
        context.SetOutput(0, context.CommonDataType(0, 1), context.BroadcastShape(0, 1), ShapeArithmetic.Binary(context, OnDimensions));

    /// <summary>The function, with the node's attributes bound.</summary>
    protected abstract Func<T, T, T> Function<T>(EvaluationContext context)
        where T : INumber<T>;

    /// <summary>The function as shape arithmetic knows it.</summary>
    protected virtual Dimension OnDimensions(Dimension left, Dimension right) => Dimension.Unknown;

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        Tensor left = context.Input(0);
        Tensor right = context.Input(1);
        Func<T, T, T> function = Function<T>(context);
        Tensor output = context.CreateOutput(0, left.DataType, Broadcasting.Shape(context));
        Broadcasting.Apply(output.Shape, left.AsSpan<T>(), left.Shape, right.AsSpan<T>(), right.Shape, output.AsSpan<T>(), function);
    }
}
