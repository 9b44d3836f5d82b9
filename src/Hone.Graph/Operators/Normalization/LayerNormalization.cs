using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Normalization;

/// <summary>Normalises by mean and variance over the last axes, then scales and shifts.</summary>
/// <remarks>
/// ONNX operator <c>LayerNormalization</c>, opset 17. Inputs X, Scale and optional B, which broadcast to X; outputs Y as X, and
/// optionally Mean and InvStdDev: X with the normalised axes 1. Attributes <c>axis</c> (-1), the first normalised axis, <c>epsilon</c> (1e-5),
/// <c>stash_type</c> (1, float32), the type of Mean and InvStdDev. Computes in float64.
/// </remarks>
internal sealed class LayerNormalization : Operator
{
    public override string Name => "LayerNormalization";

    public override int SinceVersion => 17;

    public override (int Minimum, int Maximum) InputCount => (2, 3);

    public override (int Minimum, int Maximum) OutputCount => (1, 3);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        LastAxes.Check(node, context.Shape(0), context.Shape(1), context.Shape(2));
        for (int input = 0; input < 3; input++)
            node.RequireFloat($"input {input}", context.DataType(input));
        SymbolicShape? statistics = context.Shape(0) is { } shape ? LastAxes.Statistics(node, shape) : null;
        context.SetOutput(0, context.DataType(0), context.Shape(0));
        context.SetOutput(1, StatisticsType(node), statistics);
        context.SetOutput(2, StatisticsType(node), statistics);
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x) = (context.Node, context.Input(0));
        SymbolicShape symbolic = new(x.Shape);
        LastAxes.Check(node, symbolic, new SymbolicShape(context.Input(1).Shape), context.OptionalInput(2) is { } b ? new SymbolicShape(b.Shape) : null);
        double epsilon = node.Attributes.GetFloat("epsilon", 1e-5f);
        double[] output = TensorConversion.Widen<double>(x).ToArray();
        int size = LastAxes.Size(node, x.Shape);
        double[] means = new double[size == 0 ? 0 : output.Length / size];
        double[] inverses = new double[means.Length];
        for (int row = 0; row < means.Length; row++)
            (means[row], inverses[row]) = Moments.Normalize(output.AsSpan(row * size, size), epsilon);
        LastAxes.Scale(output, x.Shape, context.Input(1), context.OptionalInput(2));
        TensorShape statistics = LastAxes.Statistics(node, symbolic).ToTensorShape()!;
        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, x.Shape));
        if (context.WantsOutput(1))
            context.SetOutput(1, TensorConversion.Narrow<double>(means, StatisticsType(node), statistics));
        if (context.WantsOutput(2))
            context.SetOutput(2, TensorConversion.Narrow<double>(inverses, StatisticsType(node), statistics));
    }

    private static DataType StatisticsType(Node node)
    {
        DataType type = node.Attributes.GetDataType("stash_type", DataType.Float32);
        return type.IsFloatingPoint() ? type : throw node.Error($"stash_type {type.DisplayName()} is not a floating-point type.");
    }
}
