using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Random;

/// <summary>Draws classes by their unnormalized log-probabilities.</summary>
/// <remarks>
/// ONNX operator <c>Multinomial</c>, opset 7 and up: input <c>[batch, classes]</c> of any floating-point type, output <c>[batch,
/// sample_size]</c>. Attributes dtype (int32 or int64; int32), sample_size (1) and seed.
/// </remarks>
internal sealed class Multinomial : Operator
{
    public override string Name => "Multinomial";

    public override int SinceVersion => 7;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override bool IsDeterministic => false;

    public override void InferTypes(InferenceContext context)
    {
        context.RequireRank(0, 2);
        Dimension batch = context.Shape(0)?[0] ?? Dimension.Unknown;
        context.SetOutput(0, ElementType(context.Attributes), new SymbolicShape(batch, context.Attributes.GetInt("sample_size", 1)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        TensorShape shape = context.Input(0).Shape;
        if (shape.Rank != 2 || shape[1] == 0)
            throw context.Error($"its input is {shape}; it must be [batch, classes] with at least one class.");
        int classes = (int)shape[1];
        int samples = checked((int)context.Attributes.GetInt("sample_size", 1));
        double[] logits = ElementConversion.ToDoubles(context.Input(0));
        System.Random random = RandomSource.Create(context.Attributes);
        Tensor drawn = context.CreateOutput(0, DataType.Int64, shape[0], samples);
        Span<long> result = drawn.AsSpan<long>();
        double[] cumulative = new double[classes];
        for (int i = 0; i < result.Length; i++)
        {
            if (i % samples == 0)
                Accumulate(logits.AsSpan(i / samples * classes, classes), cumulative);
            double threshold = random.NextDouble() * cumulative[^1];
            result[i] = Math.Min(Array.FindIndex(cumulative, sum => sum > threshold) is >= 0 and int found ? found : classes - 1, classes - 1);
        }

        context.SetOutput(0, ElementConversion.Convert(drawn, ElementType(context.Attributes)));
        drawn.Dispose();
    }

    private static void Accumulate(ReadOnlySpan<double> logits, Span<double> cumulative)
    {
        double largest = double.NegativeInfinity;
        foreach (double logit in logits)
            largest = Math.Max(largest, logit);
        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
            cumulative[i] = sum += Math.Exp(logits[i] - largest);
    }

    private static DataType ElementType(AttributeMap attributes)
    {
        DataType type = attributes.GetDataType("dtype", DataType.Int32);
        return type is DataType.Int32 or DataType.Int64 ? type : throw new HoneException($"Classes are int32 or int64, not {type.DisplayName()}.");
    }
}
