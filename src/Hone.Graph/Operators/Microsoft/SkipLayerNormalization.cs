using Hone.Graphs;
using Hone.Operators.Normalization;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>Layer normalization of a sum: <c>LayerNormalization(input + skip + bias)</c>.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.SkipLayerNormalization</c>, version 1. Inputs input <c>[.., D]</c>, skip, which broadcasts to it, gamma <c>[D]</c>,
/// optional beta <c>[D]</c> and bias <c>[D]</c>, all of one floating-point type. Outputs as input: output, and optionally mean and inv_std_var
/// <c>[.., 1]</c> float32, and input_skip_bias_sum. Attribute <c>epsilon</c> (1e-12). Computes in float64.
/// </remarks>
internal sealed class SkipLayerNormalization : MicrosoftOperator
{
    public override string Name => "SkipLayerNormalization";

    public override (int Minimum, int Maximum) InputCount => (3, 5);

    public override (int Minimum, int Maximum) OutputCount => (1, 4);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireFloat("input", context.DataType(0));
        Check(node, [.. Enumerable.Range(0, 5).Select(context.Shape)]);
        DataType type = context.CommonDataType(0, 1, 2, 3, 4);
        SymbolicShape? statistics = context.Shape(0)?.With(-1, 1);
        context.SetOutput(0, type, context.Shape(0));
        context.SetOutput(1, DataType.Float32, statistics);
        context.SetOutput(2, DataType.Float32, statistics);
        context.SetOutput(3, type, context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        Check(context.Node, [.. Enumerable.Range(0, 5).Select(i => context.OptionalInput(i) is { } t ? new SymbolicShape(t.Shape) : null)]);
        double[] sums = TensorConversion.Widen<double>(input).ToArray();
        LastAxes.Add(sums, input.Shape, context.Input(1));
        if (context.OptionalInput(4) is { } bias)
            LastAxes.Add(sums, input.Shape, bias);
        if (context.WantsOutput(3))
            context.SetOutput(3, TensorConversion.Narrow<double>(sums, input.DataType, input.Shape));

        int size = (int)input.Shape[-1];
        double[] means = new double[size == 0 ? 0 : sums.Length / size];
        double[] inverses = new double[means.Length];
        for (int row = 0; row < means.Length; row++)
            (means[row], inverses[row]) = Moments.Normalize(sums.AsSpan(row * size, size), context.Attributes.GetFloat("epsilon", 1e-12f));
        LastAxes.Scale(sums, input.Shape, context.Input(2), context.OptionalInput(3));
        context.SetOutput(0, TensorConversion.Narrow<double>(sums, input.DataType, input.Shape));
        TensorShape statistics = new SymbolicShape(input.Shape).With(-1, 1).ToTensorShape()!;
        if (context.WantsOutput(1))
            context.SetOutput(1, TensorConversion.Narrow<double>(means, DataType.Float32, statistics));
        if (context.WantsOutput(2))
            context.SetOutput(2, TensorConversion.Narrow<double>(inverses, DataType.Float32, statistics));
    }

    private static void Check(Node node, SymbolicShape?[] shapes)
    {
        node.RequireRank("input", shapes[0], 1);
        if (shapes[0] is not { } input)
            return;
        LastAxes.CheckBroadcast(node, "skip", input, shapes[1]);
        string[] names = ["gamma", "beta", "bias"];
        for (int i = 0; i < names.Length; i++)
            node.RequireShape(names[i], shapes[i + 2], input[-1]);
    }
}
