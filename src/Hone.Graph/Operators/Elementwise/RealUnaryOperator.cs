using System.Numerics;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>A function of one real number: input <c>[...]</c> of any floating-point type, output of the same type and shape.</summary>
/// <remarks>
/// Computed in binary64 and rounded to the element type, so that float32 results are exact to half a unit in the last place nearly always.
/// </remarks>
internal abstract class RealUnaryOperator : NumericOperator
{
    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(0, t => t.IsFloatingPoint(), "a floating-point type");
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    /// <summary>The function, with the node's attributes bound.</summary>
    protected abstract Func<double, double> Function(AttributeMap attributes);

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        if (!input.DataType.IsFloatingPoint())
            throw context.Error($"its input is {input.DataType.DisplayName()}; it must be a floating-point type.");
        Func<double, double> function = Function(context.Attributes);
        Tensor output = context.CreateOutput(0, input.DataType, input.Shape);
        Apply(input.AsSpan<T>(), output.AsSpan<T>(), function);
    }

    private static void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Func<double, double> function)
        where T : INumberBase<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = T.CreateTruncating(function(double.CreateTruncating(x[i])));
    }
}
