using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Normalization;

/// <summary>Subtracts the mean over some axes and divides by the standard deviation.</summary>
/// <remarks>
/// ONNX operator <c>MeanVarianceNormalization</c>, opset 9 (13 adds bfloat16). Input of a floating-point type, output the same. Attribute <c>axes</c>
/// ([0, 2, 3]). <c>(x - mean) / (deviation + 1e-9)</c>, as ONNX's function body has it. Computes in float64.
/// </remarks>
internal sealed class MeanVarianceNormalization : Operator
{
    private const double Epsilon = 1e-9;

    public override string Name => "MeanVarianceNormalization";

    public override int SinceVersion => 9;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the input", context.DataType(0));
        if (context.Shape(0) is { } shape)
            ReducedAxes(context.Node, shape.Rank);
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        bool[] reduced = ReducedAxes(context.Node, x.Shape.Rank);
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        Dictionary<long, List<int>> groups = [];
        for (int i = 0; i < input.Length; i++)
        {
            long group = GroupOf(i, x.Shape, reduced);
            if (!groups.TryGetValue(group, out List<int>? elements))
                groups.Add(group, elements = []);
            elements.Add(i);
        }

        double[] output = new double[input.Length];
        foreach (List<int> elements in groups.Values)
        {
            double[] values = new double[elements.Count];
            for (int i = 0; i < values.Length; i++)
                values[i] = input[elements[i]];
            (double mean, double variance) = Moments.Of(values);
            double deviation = Math.Sqrt(variance) + Epsilon;
            for (int i = 0; i < values.Length; i++)
                output[elements[i]] = (values[i] - mean) / deviation;
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, x.Shape));
    }

    /// <summary>Elements with the same coordinates on all axes that are not reduced share mean and deviation.</summary>
    private static long GroupOf(int element, TensorShape shape, bool[] reduced)
    {
        (long rest, long group, long step) = (element, 0, 1);
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            (rest, long coordinate) = Math.DivRem(rest, shape[axis]);
            if (reduced[axis])
                continue;
            group += coordinate * step;
            step *= shape[axis];
        }

        return group;
    }

    private static bool[] ReducedAxes(Node node, int rank)
    {
        bool[] reduced = new bool[rank];
        foreach (long axis in node.Attributes.GetInts("axes") ?? [0, 2, 3])
            reduced[node.NormalizeAxis(axis, rank)] = true;
        return reduced;
    }
}
