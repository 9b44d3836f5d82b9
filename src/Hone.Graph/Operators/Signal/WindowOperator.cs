using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Signal;

/// <summary>A window function: a sum of cosines over one period.</summary>
/// <remarks>
/// Input size (int, one element); output <c>[size]</c>. Attributes <c>output_datatype</c> (1, float32), <c>periodic</c> (1): the period is size, else
/// size - 1. A window of one element is 1. Computes in float64.
/// </remarks>
internal abstract class WindowOperator : Operator
{
    public override int SinceVersion => 17;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireType("size", context.DataType(0), DataType.Int32, DataType.Int64);
        Dimension size = SignalRules.Scalar(context, 0, Dimension.Unknown);
        if (size is { IsFixed: true, Value: < 0 })
            throw context.Error($"size must not be negative, got {size}.");
        context.SetOutput(0, SignalRules.OutputType(context.Node), new SymbolicShape(size));
    }

    public override void Evaluate(EvaluationContext context)
    {
        long size = SignalRules.Scalar(context, 0);
        if (size < 0)
            throw context.Error($"size must not be negative, got {size}.");
        TensorShape shape = context.Node.Concrete(new SymbolicShape(size), DataType.Float64);
        double period = context.Attributes.GetBool("periodic", true) ? size : size - 1;
        double[] values = new double[size];
        for (int i = 0; i < values.Length; i++)
            values[i] = size == 1 ? 1 : At(2 * Math.PI * i / period);
        context.SetOutput(0, TensorConversion.Narrow<double>(values, SignalRules.OutputType(context.Node), shape));
    }

    /// <summary>The window at an angle from 0 to 2π.</summary>
    protected abstract double At(double angle);
}
