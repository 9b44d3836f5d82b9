using Hone.Tensors;

namespace Hone.Operators.Reduction;

/// <summary>Normalises each line along an axis by itself.</summary>
/// <remarks>
/// ONNX operators <c>Softmax</c>, <c>LogSoftmax</c> and <c>Hardmax</c>, opset 13 and up: input <c>[...]</c> of any floating-point type, output of the
/// same type and shape. Attribute axis (-1). Computed in binary64 and rounded once.
/// </remarks>
internal abstract class SoftmaxOperator : NumericOperator
{
    public override int SinceVersion => 13;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(0, t => t.IsFloatingPoint(), "a floating-point type");
        if (context.Shape(0) is { } shape)
            context.NormalizeAxis(context.Attributes.GetInt("axis", -1), shape.Rank);
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    /// <summary>Normalises one line in place.</summary>
    protected abstract void Normalize(Span<double> line);

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        if (!input.DataType.IsFloatingPoint())
            throw context.Error($"its input is {input.DataType.DisplayName()}; it must be a floating-point type.");
        AxisBlocks lines = new(input.Shape, context.NormalizeAxis(context.Attributes.GetInt("axis", -1), input.Shape.Rank));
        ReadOnlySpan<T> x = input.AsSpan<T>();
        Span<T> y = context.CreateOutput(0, input.DataType, input.Shape).AsSpan<T>();
        if (y.IsEmpty)
            return;
        double[] line = new double[lines.Length];
        for (int index = 0; index < lines.Count; index++)
        {
            int start = lines.Start(index);
            for (int i = 0; i < line.Length; i++)
                line[i] = double.CreateTruncating(x[start + (i * lines.Step)]);
            Normalize(line);
            for (int i = 0; i < line.Length; i++)
                y[start + (i * lines.Step)] = T.CreateTruncating(line[i]);
        }
    }

    /// <summary>The largest element; NaN wins.</summary>
    protected static double Largest(ReadOnlySpan<double> line)
    {
        double largest = double.NegativeInfinity;
        foreach (double value in line)
            largest = Math.Max(largest, value);
        return largest;
    }
}
