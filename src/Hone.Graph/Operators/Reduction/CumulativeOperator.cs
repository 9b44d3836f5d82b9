using System.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Reduction;

/// <summary>Combines each element with all before it along an axis.</summary>
/// <remarks>
/// ONNX operators <c>CumSum</c> (opset 11 and up) and <c>CumProd</c> (26 and up): inputs <c>[...]</c> of any numeric type and axis (int32 or
/// int64, one element); output the same type and shape. Attributes exclusive (0: the element itself counts) and reverse (0). Accumulated in the
/// element type.
/// </remarks>
internal abstract class CumulativeOperator : NumericOperator
{
    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context) => context.SetOutput(0, context.DataType(0), context.Shape(0));

    /// <summary>What no elements combine to.</summary>
    protected abstract T Initial<T>()
        where T : INumber<T>;

    /// <summary>Combines what is accumulated so far with the next element.</summary>
    protected abstract T Step<T>(T accumulated, T element)
        where T : INumber<T>;

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        if (context.Input(1).ToInt64Array() is not [long given])
            throw context.Error("axis must have one element.");
        AxisBlocks lines = new(input.Shape, context.NormalizeAxis(given, input.Shape.Rank));
        bool exclusive = context.Attributes.GetBool("exclusive");
        bool reverse = context.Attributes.GetBool("reverse");
        ReadOnlySpan<T> x = input.AsSpan<T>();
        Span<T> y = context.CreateOutput(0, input.DataType, input.Shape).AsSpan<T>();
        for (int line = 0; line < lines.Count; line++)
        {
            T accumulated = Initial<T>();
            for (int i = 0; i < lines.Length; i++)
            {
                int at = lines.Start(line) + ((reverse ? lines.Length - 1 - i : i) * lines.Step);
                T including = Step(accumulated, x[at]);
                y[at] = exclusive ? accumulated : including;
                accumulated = including;
            }
        }
    }
}
