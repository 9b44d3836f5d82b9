using System.Numerics;
using Hone.Graphs;
using Hone.Operators.Windows;
using Hone.Tensors;

namespace Hone.Operators.Pooling;

/// <summary>The mean of each window.</summary>
/// <remarks>
/// ONNX operator <c>AveragePool</c>, opset 11 (19 adds <c>dilations</c>, 22 bfloat16). Input <c>[N, C, D1, ..]</c> of a floating-point
/// type; output <c>[N, C, ..]</c>. Attributes as <see cref="MaxPool"/> without <c>storage_order</c>, and <c>count_include_pad</c> (0): whether padding
/// counts as zeros; what <c>ceil_mode</c> lets a window reach beyond the padding never counts.
/// </remarks>
internal sealed class AveragePool : Operator
{
    public override string Name => "AveragePool";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the input", context.DataType(0));
        context.SetOutput(0, context.DataType(0), PoolingRules.InferShape(context.Node, context.Shape(0)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        if (context.Input(0).DataType == DataType.Float64)
            Evaluate<double>(context);
        else
            Evaluate<float>(context);
    }

    private static void Evaluate<T>(EvaluationContext context)
        where T : unmanaged, INumber<T>
    {
        Tensor x = context.Input(0);
        TensorShape shape = context.Node.Concrete(PoolingRules.InferShape(context.Node, new SymbolicShape(x.Shape))!, x.DataType);
        SlidingWindow window = PoolingRules.Window(context.Node, x.Shape);
        bool countsPadding = context.Attributes.GetBool("count_include_pad");
        ReadOnlySpan<T> input = TensorConversion.Widen<T>(x);
        T[] output = new T[shape.ElementCount];
        int planes = output.Length / window.OutputCount;
        for (int i = 0; i < window.OutputCount; i++)
        {
            ReadOnlySpan<int> elements = window.ElementsOf(i);
            T count = T.CreateTruncating(countsPadding ? window.CountWithPadding(i) : Math.Max(elements.Length, 1));
            for (int plane = 0; plane < planes; plane++)
            {
                ReadOnlySpan<T> values = input.Slice(plane * window.InputCount, window.InputCount);
                T sum = T.Zero;
                foreach (int element in elements)
                    sum += values[element];
                output[plane * window.OutputCount + i] = sum / count;
            }
        }

        context.SetOutput(0, TensorConversion.Narrow<T>(output, x.DataType, shape));
    }
}
