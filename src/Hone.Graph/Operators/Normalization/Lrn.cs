using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Normalization;

/// <summary>Local response normalisation: divides by a power of the squares in the neighbouring channels.</summary>
/// <remarks>
/// ONNX operator <c>LRN</c>, opset 1 (13 adds bfloat16). Input <c>[N, C, ..]</c> of a floating-point type, output the same:
/// <c>x / (bias + alpha / size · sum)^beta</c>, the sum over channels <c>c - floor((size - 1) / 2)</c> to <c>c + ceil((size - 1) / 2)</c>. Attributes <c>size</c>,
/// <c>alpha</c> (1e-4), <c>beta</c> (0.75), <c>bias</c> (1). Computes in float64.
/// </remarks>
internal sealed class Lrn : Operator
{
    public override string Name => "LRN";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the input", context.DataType(0));
        context.Node.RequireRank("the input", context.Shape(0), 2);
        Size(context.Node);
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        context.Node.RequireRank("the input", new SymbolicShape(x.Shape), 2);
        long size = Size(context.Node);
        double alpha = context.Attributes.GetFloat("alpha", 1e-4f);
        double beta = context.Attributes.GetFloat("beta", 0.75f);
        double bias = context.Attributes.GetFloat("bias", 1);
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        double[] output = new double[input.Length];
        int plane = (int)x.Shape.ElementCountOf(2, x.Shape.Rank);
        for (int i = 0; i < output.Length; i++)
        {
            long channel = i / plane % x.Shape[1];
            long first = Math.Max(channel - (size - 1) / 2, 0);
            long last = Math.Min(channel + size / 2, x.Shape[1] - 1);
            double sum = 0;
            for (long neighbour = first; neighbour <= last; neighbour++)
            {
                double value = input[i + (int)(neighbour - channel) * plane];
                sum += value * value;
            }

            output[i] = input[i] / Math.Pow(bias + alpha / size * sum, beta);
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, x.Shape));
    }

    private static long Size(Node node)
    {
        long size = node.Attributes.RequireInt("size");
        return size is >= 1 and <= int.MaxValue ? size : throw node.Error($"size must be at least 1, got {size}.");
    }
}
