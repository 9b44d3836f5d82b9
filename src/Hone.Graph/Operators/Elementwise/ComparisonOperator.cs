using System.Numerics;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>A comparison of two numbers of one type: inputs A and B, broadcast to one shape; output of that shape, bool.</summary>
internal abstract class ComparisonOperator : NumericOperator
{
    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        context.CommonDataType(0, 1);
        context.SetOutput(0, DataType.Bool, context.BroadcastShape(0, 1), ShapeArithmetic.Binary(context, OnDimensions));
    }

    /// <summary>The comparison; NaN compares as IEEE 754 says.</summary>
    protected abstract Func<T, T, bool> Function<T>()
        where T : INumber<T>;

    /// <summary>The comparison as shape arithmetic knows it: 1, 0 or unknown.</summary>
    protected virtual Dimension OnDimensions(Dimension left, Dimension right) =>
        ShapeArithmetic.OnNumbers(left, right, (a, b) => Function<long>()(a, b) ? 1 : 0);

    protected sealed override void Evaluate<T>(EvaluationContext context) =>
        Apply(context, context.Input(0).AsSpan<T>(), context.Input(1).AsSpan<T>(), Function<T>());

    /// <summary>Compares the elements of both inputs.</summary>
    protected static void Apply<T>(EvaluationContext context, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Func<T, T, bool> function)
    {
        Tensor output = context.CreateOutput(0, DataType.Bool, Broadcasting.Shape(context));
        Broadcasting.Apply(output.Shape, left, context.Input(0).Shape, right, context.Input(1).Shape, output.AsSpan<bool>(), function);
    }
}
