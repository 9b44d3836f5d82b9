using System.Numerics;
using Hone.Graphs;
using Hone.Operators.Windows;
using Hone.Tensors;

namespace Hone.Operators.Pooling;

/// <summary>The largest element of each window, and on request where it is.</summary>
/// <remarks>
/// ONNX operator <c>MaxPool</c>, opset 11 (12 adds the 8-bit types, 22 bfloat16). Input
/// <c>[N, C, D1, ..]</c>, floating-point, uint8 or int8; outputs Y <c>[N, C, ..]</c> and optional Indices int64, places in the flattened
/// input (spatial axes in column-major order with <c>storage_order</c> 1). Attributes <c>kernel_shape</c>, <c>auto_pad</c> (NOTSET), <c>ceil_mode</c>
/// (0), <c>dilations</c> (1), <c>pads</c> (0), <c>storage_order</c> (0), <c>strides</c> (1). Padding never wins; of equal elements the first does;
/// NaN wins, as in PyTorch.
/// </remarks>
internal sealed class MaxPool : Operator
{
    public override string Name => "MaxPool";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override (int Minimum, int Maximum) OutputCount => (1, 2);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireType(
            "the input", context.DataType(0), DataType.Float32, DataType.Float64, DataType.Float16, DataType.BFloat16, DataType.Int8, DataType.UInt8);
        SymbolicShape? shape = PoolingRules.InferShape(context.Node, context.Shape(0));
        context.SetOutput(0, context.DataType(0), shape);
        context.SetOutput(1, DataType.Int64, shape);
    }

    public override void Evaluate(EvaluationContext context)
    {
        switch (context.Input(0).DataType)
        {
            case DataType.Float64: Evaluate(context, double.NegativeInfinity); break;
            case DataType.Int8: Evaluate(context, sbyte.MinValue); break;
            case DataType.UInt8: Evaluate(context, byte.MinValue); break;
            default: Evaluate(context, float.NegativeInfinity); break;
        }
    }

    private static void Evaluate<T>(EvaluationContext context, T lowest)
        where T : unmanaged, INumber<T>
    {
        Tensor x = context.Input(0);
        TensorShape shape = context.Node.Concrete(PoolingRules.InferShape(context.Node, new SymbolicShape(x.Shape))!, DataType.Int64);
        SlidingWindow window = PoolingRules.Window(context.Node, x.Shape);
        ReadOnlySpan<T> input = TensorConversion.Widen<T>(x);
        T[] maxima = new T[shape.ElementCount];
        long[] places = new long[shape.ElementCount];
        int planes = maxima.Length / window.OutputCount;
        for (int i = 0; i < window.OutputCount; i++)
        {
            ReadOnlySpan<int> elements = window.ElementsOf(i);
            for (int plane = 0; plane < planes; plane++)
            {
                int start = plane * window.InputCount;
                T largest = lowest;
                int place = elements.IsEmpty ? -1 : start + elements[0];
                foreach (int element in elements)
                {
                    T value = input[start + element];
                    if (value > largest || T.IsNaN(value))
                        (largest, place) = (value, start + element);
                }

                maxima[plane * window.OutputCount + i] = largest;
                places[plane * window.OutputCount + i] = place;
            }
        }

        context.SetOutput(0, TensorConversion.Narrow<T>(maxima, x.DataType, shape));
        if (!context.WantsOutput(1))
            return;
        if (context.Attributes.GetInt("storage_order", 0) == 1)
            TurnColumnMajor(places, x.Shape, window.InputCount);
        context.SetOutput(1, TensorConversion.Narrow<long>(places, DataType.Int64, shape));
    }

    /// <summary>Counts the places within each plane in column-major order: the first spatial axis varies fastest.</summary>
    private static void TurnColumnMajor(Span<long> places, TensorShape input, int planeSize)
    {
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] < 0)
                continue;
            (long plane, long rest) = Math.DivRem(places[i], planeSize);
            long turned = 0;
            for (int axis = input.Rank - 1; axis >= 2; axis--)
            {
                (rest, long coordinate) = Math.DivRem(rest, input[axis]);
                turned += coordinate * input.ElementCountOf(2, axis);
            }

            places[i] = plane * planeSize + turned;
        }
    }
}
