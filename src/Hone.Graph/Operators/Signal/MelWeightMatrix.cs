using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Signal;

/// <summary>The weights that gather the bins of a spectrum into overlapping triangles, evenly spaced on the mel scale.</summary>
/// <remarks>
/// ONNX operator <c>MelWeightMatrix</c>, opset 17. Inputs of one element: num_mel_bins, dft_length, sample_rate (int), lower_edge_hertz, upper_edge_hertz
/// (floating-point); output <c>[dft_length / 2 + 1, num_mel_bins]</c>. Attribute <c>output_datatype</c> (1, float32).
/// <c>mel = 2595 · log10(1 + hertz / 700)</c>. Computes in float64.
/// </remarks>
internal sealed class MelWeightMatrix : Operator
{
    public override string Name => "MelWeightMatrix";

    public override int SinceVersion => 17;

    public override (int Minimum, int Maximum) InputCount => (5, 5);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        for (int input = 0; input < 3; input++)
            node.RequireType($"input {input}", context.DataType(input), DataType.Int32, DataType.Int64);
        node.RequireFloat("lower_edge_hertz", context.DataType(3));
        node.RequireFloat("upper_edge_hertz", context.DataType(4));
        Dimension melBins = SignalRules.Scalar(context, 0, Dimension.Unknown);
        Dimension length = SignalRules.Scalar(context, 1, Dimension.Unknown);
        context.SetOutput(0, SignalRules.OutputType(node), new SymbolicShape(length / 2 + 1, melBins));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Node node = context.Node;
        (long melBins, long length, long rate) = (SignalRules.Scalar(context, 0), SignalRules.Scalar(context, 1), SignalRules.Scalar(context, 2));
        if (melBins < 1 || length < 1 || rate < 1)
            throw node.Error($"num_mel_bins {melBins}, dft_length {length} and sample_rate {rate} must be positive.");
        TensorShape shape = node.Concrete(new SymbolicShape(length / 2 + 1, melBins), DataType.Float64);
        double lowest = ToMel(Hertz(context, 3));
        double step = (ToMel(Hertz(context, 4)) - lowest) / (melBins + 2);
        double[] output = new double[shape.ElementCount];
        for (int mel = 0; mel < (int)melBins; mel++)
        {
            // Triangle number m rises over the bins of edge m to those of edge m + 1 and falls to edge m + 2.
            (long low, long centre, long high) = (Edge(mel), Edge(mel + 1), Edge(mel + 2));
            for (long bin = low; bin < high || bin == centre; bin++)
            {
                output[bin * melBins + mel] = bin == centre ? 1
                    : bin < centre ? (double)(bin - low) / (centre - low)
                    : (double)(high - bin) / (high - centre);
            }
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(output, SignalRules.OutputType(node), shape));

        long Edge(int index)
        {
            double hertz = 700 * (Math.Pow(10, (lowest + index * step) / 2595) - 1);
            double bin = Math.Floor((length + 1) * hertz / rate);
            return bin >= 0 && bin < shape[0] ? (long)bin : throw node.Error($"the frequency {hertz} lies outside of the spectrum, which ends at {rate / 2.0}.");
        }
    }

    private static double ToMel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);

    private static double Hertz(EvaluationContext context, int index)
    {
        Tensor tensor = context.Input(index);
        double hertz = tensor.ElementCount == 1 ? TensorConversion.Widen<double>(tensor)[0] : throw context.Error($"input {index} must have one element, got {tensor}.");
        return double.IsFinite(hertz) && hertz >= 0 ? hertz : throw context.Error($"input {index} must be a frequency, got {hertz}.");
    }
}
