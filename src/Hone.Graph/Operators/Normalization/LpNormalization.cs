using Hone.Graphs;
using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Normalization;

/// <summary>Divides by the L1 or L2 norm along an axis; a vector of zeros stays one.</summary>
/// <remarks>
/// ONNX operator <c>LpNormalization</c>, opset 1 (22 adds bfloat16). Input of a floating-point type, output the same. Attributes <c>axis</c> (-1),
/// <c>p</c> (2, or 1). Computes in float64.
/// </remarks>
internal sealed class LpNormalization : Operator
{
    public override string Name => "LpNormalization";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the input", context.DataType(0));
        if (context.Shape(0) is { } shape)
            Attributes(context.Node, shape.Rank);
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (int axis, long p) = Attributes(context.Node, x.Shape.Rank);
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        double[] output = new double[input.Length];
        int inner = (int)x.Shape.ElementCountOf(axis + 1, x.Shape.Rank);
        int block = (int)x.Shape[axis] * inner;
        for (int start = 0; start < input.Length; start++)
        {
            // The first element of each vector along the axis.
            if (start % block >= inner)
                continue;
            double sum = 0;
            for (int i = start; i < start + block; i += inner)
                sum += LpNorm.Power(input[i], p);
            double norm = LpNorm.Root(sum, p);
            for (int i = start; i < start + block; i += inner)
                output[i] = norm == 0 ? 0 : input[i] / norm;
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, x.Shape));
    }

    private static (int Axis, long Order) Attributes(Node node, int rank)
    {
        long p = node.Attributes.GetInt("p", 2);
        return p is 1 or 2 ? (node.NormalizeAxis(node.Attributes.GetInt("axis", -1), rank), p) : throw node.Error($"p must be 1 or 2, got {p}.");
    }
}
