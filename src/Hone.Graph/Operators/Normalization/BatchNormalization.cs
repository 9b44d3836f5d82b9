using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Normalization;

/// <summary>Shifts and scales each channel by given statistics, or in training mode by those of the batch.</summary>
/// <remarks>
/// ONNX operator <c>BatchNormalization</c>, opset 9 (14 adds <c>training_mode</c>, 15 parameters of another type than X). Inputs X
/// <c>[N, C, ..]</c> (or <c>[N]</c>, one channel), scale, B, input_mean and input_var <c>[C]</c>; outputs Y as X, and in training mode optionally
/// running_mean and running_var <c>[C]</c>: <c>input · momentum + batch · (1 - momentum)</c> with the population variance. Attributes <c>epsilon</c>
/// (1e-5), <c>momentum</c> (0.9), <c>training_mode</c> (0). Computes in float64.
/// </remarks>
internal sealed class BatchNormalization : Operator
{
    public override string Name => "BatchNormalization";

    public override int SinceVersion => 9;

    public override (int Minimum, int Maximum) InputCount => (5, 5);

    public override (int Minimum, int Maximum) OutputCount => (1, 3);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        for (int input = 0; input < 5; input++)
            node.RequireFloat($"input {input}", context.DataType(input));
        CheckShapes(node, context.Shape(0), [.. Enumerable.Range(1, 4).Select(context.Shape)]);
        context.SetOutput(0, context.DataType(0), context.Shape(0));
        context.SetOutput(1, context.DataType(3), context.Shape(3));
        context.SetOutput(2, context.DataType(3), context.Shape(4));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x) = (context.Node, context.Input(0));
        CheckShapes(node, new SymbolicShape(x.Shape), [.. Enumerable.Range(1, 4).Select(i => new SymbolicShape(context.Input(i).Shape))]);
        double epsilon = node.Attributes.GetFloat("epsilon", 1e-5f);
        double momentum = node.Attributes.GetFloat("momentum", 0.9f);
        bool trains = node.Attributes.GetBool("training_mode");
        int channels = x.Shape.Rank > 1 ? (int)x.Shape[1] : 1;
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        ReadOnlySpan<double> scale = TensorConversion.Widen<double>(context.Input(1));
        ReadOnlySpan<double> bias = TensorConversion.Widen<double>(context.Input(2));
        double[] mean = TensorConversion.Widen<double>(context.Input(3)).ToArray();
        double[] variance = TensorConversion.Widen<double>(context.Input(4)).ToArray();
        double[] runningMean = (double[])mean.Clone();
        double[] runningVariance = (double[])variance.Clone();
        double[] output = new double[input.Length];
        int plane = x.Shape.Rank > 1 ? (int)x.Shape.ElementCountOf(2, x.Shape.Rank) : 1;
        for (int channel = 0; channel < channels; channel++)
        {
            if (trains)
            {
                (mean[channel], variance[channel]) = Moments.Of(Channel(input, channel, channels, plane));
                runningMean[channel] = runningMean[channel] * momentum + mean[channel] * (1 - momentum);
                runningVariance[channel] = runningVariance[channel] * momentum + variance[channel] * (1 - momentum);
            }

            double factor = scale[channel] / Math.Sqrt(variance[channel] + epsilon);
            for (int start = channel * plane; start < input.Length; start += channels * plane)
            {
                for (int i = start; i < start + plane; i++)
                    output[i] = (input[i] - mean[channel]) * factor + bias[channel];
            }
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, x.Shape));
        if (context.WantsOutput(1))
            context.SetOutput(1, TensorConversion.Narrow<double>(runningMean, context.Input(3).DataType, context.Input(3).Shape));
        if (context.WantsOutput(2))
            context.SetOutput(2, TensorConversion.Narrow<double>(runningVariance, context.Input(4).DataType, context.Input(4).Shape));
    }

    private static void CheckShapes(Node node, SymbolicShape? input, SymbolicShape?[] parameters)
    {
        node.RequireRank("X", input, 1);
        Dimension channels = input is null ? Dimension.Unknown : input.Rank > 1 ? input[1] : 1;
        string[] names = ["scale", "B", "input_mean", "input_var"];
        for (int i = 0; i < names.Length; i++)
            node.RequireShape(names[i], parameters[i], channels);
    }

    /// <summary>The elements of one channel, of all batch entries.</summary>
    private static double[] Channel(ReadOnlySpan<double> input, int channel, int channels, int plane)
    {
        List<double> values = [];
        for (int start = channel * plane; start < input.Length; start += channels * plane)
            values.AddRange(input.Slice(start, plane));
        return values.ToArray();
    }
}
