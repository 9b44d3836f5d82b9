using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>Takes each element from X where the condition holds, from Y elsewhere.</summary>
/// <remarks>
/// ONNX operator <c>Where</c>, opset 9 and up: inputs condition (bool), X and Y of one type, all broadcast to one shape; output of that shape
/// and type.
/// </remarks>
internal sealed class Where : MovementOperator
{
    public override string Name => "Where";

    public override int SinceVersion => 9;

    public override (int Minimum, int Maximum) InputCount => (3, 3);

    protected override int DataInput => 1;

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(0, t => t == DataType.Bool, "bool");
        context.SetOutput(0, context.CommonDataType(1, 2), context.BroadcastShape(0, 1, 2), Contents(context));
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape shape = Broadcasting.Shape(context);
        Tensor output = context.CreateOutput(0, context.Input(1).DataType, shape);
        ReadOnlySpan<bool> condition = context.Input(0).AsSpan<bool>();
        ReadOnlySpan<T> x = Elements<T>(context, 1);
        ReadOnlySpan<T> y = Elements<T>(context, 2);
        Span<T> result = RawElements.Of<T>(output);
        StridedLoop loop = new(
            shape.Dimensions,
            Broadcasting.Strides(context.Input(0).Shape, shape),
            Broadcasting.Strides(context.Input(1).Shape, shape),
            Broadcasting.Strides(context.Input(2).Shape, shape));
        int to = 0;
        while (loop.NextRow())
        {
            (int c, int a, int b) = (loop.Offset(0), loop.Offset(1), loop.Offset(2));
            (int conditionStep, int xStep, int yStep) = (loop.Step(0), loop.Step(1), loop.Step(2));
            for (int i = 0; i < loop.RowLength; i++, c += conditionStep, a += xStep, b += yStep)
                result[to++] = condition[c] ? x[a] : y[b];
        }
    }

    private static Dimension[]? Contents(InferenceContext context)
    {
        IReadOnlyList<Dimension>? condition = context.Contents(0);
        if (condition is null
            && context.Constant(0) is { DataType: DataType.Bool, Shape.Rank: <= 1, ElementCount: <= ShapeArithmetic.LongestContents } constant)
        {
            condition = Array.ConvertAll(constant.AsSpan<bool>().ToArray(), b => Dimension.Fixed(b ? 1 : 0));
        }

        if (condition is null || context.Contents(1) is not { } x || context.Contents(2) is not { } y)
            return null;
        int count = condition.Count == 1 ? x.Count == 1 ? y.Count : x.Count : condition.Count;
        if ((x.Count != count && x.Count != 1) || (y.Count != count && y.Count != 1))
            return null;
        Dimension[] result = new Dimension[count];
        for (int i = 0; i < count; i++)
        {
            Dimension ifTrue = x[x.Count == 1 ? 0 : i];
            Dimension ifFalse = y[y.Count == 1 ? 0 : i];
            Dimension chosen = condition[condition.Count == 1 ? 0 : i];
            result[i] = chosen.IsFixed ? (chosen.Value != 0 ? ifTrue : ifFalse) : ifTrue == ifFalse ? ifTrue : Dimension.Unknown;
        }

        return result;
    }
}
