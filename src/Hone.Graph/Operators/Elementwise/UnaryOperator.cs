using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>A function of one number, for every numeric type: input <c>[...]</c>, output of the same type and shape.</summary>
internal abstract class UnaryOperator : NumericOperator
{
    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(0, t => t.IsInteger() || t.IsFloatingPoint(), "a numeric type");
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    /// <summary>The function, with the node's attributes bound.</summary>
    protected abstract Func<T, T> Function<T>(Graphs.AttributeMap attributes)
        where T : System.Numerics.INumber<T>;

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        Func<T, T> function = Function<T>(context.Attributes);
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, context.Input(0).Shape);
        ReadOnlySpan<T> x = context.Input(0).AsSpan<T>();
        Span<T> y = output.AsSpan<T>();
        for (int i = 0; i < y.Length; i++)
            y[i] = function(x[i]);
    }
}
