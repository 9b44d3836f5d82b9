using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Normalization;

/// <summary>Divides by the root of the mean square over the last axes, then scales.</summary>
/// <remarks>
/// ONNX operator <c>RMSNormalization</c>, opset 23. Inputs X and scale, which broadcasts to X; output of X's shape and scale's type. Attributes
/// <c>axis</c> (-1), the first normalised axis, <c>epsilon</c> (1e-5). Computes in float64.
/// </remarks>
internal sealed class RmsNormalization : Operator
{
    public override string Name => "RMSNormalization";

    public override int SinceVersion => 23;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("X", context.DataType(0));
        context.Node.RequireFloat("scale", context.DataType(1));
        LastAxes.Check(context.Node, context.Shape(0), context.Shape(1), null);
        context.SetOutput(0, context.DataType(1), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Tensor x, Tensor scale) = (context.Input(0), context.Input(1));
        LastAxes.Check(context.Node, new SymbolicShape(x.Shape), new SymbolicShape(scale.Shape), null);
        double epsilon = context.Attributes.GetFloat("epsilon", 1e-5f);
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        double[] output = new double[input.Length];
        int size = Math.Max(LastAxes.Size(context.Node, x.Shape), 1);
        for (int start = 0; start < input.Length; start += size)
        {
            double squares = 0;
            foreach (double value in input.Slice(start, size))
                squares += value * value;
            double inverse = 1 / Math.Sqrt(squares / size + epsilon);
            for (int i = start; i < start + size; i++)
                output[i] = input[i] * inverse;
        }

        LastAxes.Scale(output, x.Shape, scale, null);
        context.SetOutput(0, TensorConversion.Narrow<double>(output, scale.DataType, x.Shape));
    }
}
