using Hone.Graphs;
using Hone.Numerics;
using Hone.Operators.Windows;
using Hone.Tensors;

namespace Hone.Operators.Pooling;

/// <summary>The Lp norm of each window.</summary>
/// <remarks>
/// ONNX operator <c>LpPool</c>, opset 11 (18 adds <c>ceil_mode</c> and <c>dilations</c>, 22 bfloat16). Input <c>[N, C, D1, ..]</c> of a floating-point type;
/// output <c>[N, C, ..]</c>. Attributes as <see cref="MaxPool"/> without <c>storage_order</c>, and <c>p</c> (2). Sums are made in float64.
/// </remarks>
internal sealed class LpPool : Operator
{
    public override string Name => "LpPool";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the input", context.DataType(0));
        context.SetOutput(0, context.DataType(0), PoolingRules.InferShape(context.Node, context.Shape(0)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        TensorShape shape = context.Node.Concrete(PoolingRules.InferShape(context.Node, new SymbolicShape(x.Shape))!, DataType.Float64);
        SlidingWindow window = PoolingRules.Window(context.Node, x.Shape);
        long p = PoolingRules.NormOrder(context.Node);
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        double[] output = new double[shape.ElementCount];
        int planes = output.Length / window.OutputCount;
        for (int i = 0; i < window.OutputCount; i++)
        {
            ReadOnlySpan<int> elements = window.ElementsOf(i);
            for (int plane = 0; plane < planes; plane++)
            {
                ReadOnlySpan<double> values = input.Slice(plane * window.InputCount, window.InputCount);
                double sum = 0;
                foreach (int element in elements)
                    sum += LpNorm.Power(values[element], p);
                output[plane * window.OutputCount + i] = LpNorm.Root(sum, p);
            }
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, shape));
    }
}
