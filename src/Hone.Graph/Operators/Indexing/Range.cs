using Hone.Graphs;
using Hone.Operators.Elementwise;

namespace Hone.Operators.Indexing;

/// <summary>The numbers from start towards limit in steps of delta, without limit itself.</summary>
/// <remarks>
/// ONNX operator <c>Range</c>, opset 11 and up: scalar inputs start, limit and delta of one numeric type; output <c>[max(ceil((limit - start) /
/// delta), 0)]</c>.
/// </remarks>
internal sealed class Range : NumericOperator
{
    public override string Name => "Range";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (3, 3);

    public override void InferTypes(InferenceContext context)
    {
        Dimension count = Dimension.Unknown;
        Dimension[]? contents = null;
        if (context.Contents(0) is [var start] && context.Contents(1) is [var limit] && context.Contents(2) is [{ IsFixed: true } delta])
        {
            if (start.IsFixed && limit.IsFixed)
            {
                long length = Count<long>(context.Error, start.Value, limit.Value, delta.Value);
                count = length;
                if (length <= ShapeArithmetic.LongestContents)
                    contents = Enumerable.Range(0, (int)length).Select(i => Dimension.Fixed(start.Value + (i * delta.Value))).ToArray();
            }
            else if (start is { IsFixed: true, Value: 0 } && delta.Value == 1 && limit.Symbol?.Contains('-', StringComparison.Ordinal) == false)
            {
                count = limit;
            }
        }

        context.SetOutput(0, context.CommonDataType(0, 1, 2), new SymbolicShape(count), contents);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        T start = context.Input(0).Item<T>();
        T delta = context.Input(2).Item<T>();
        long count = Count(context.Error, start, context.Input(1).Item<T>(), delta);
        Span<T> result = context.CreateOutput(0, context.Input(0).DataType, [count]).AsSpan<T>();
        for (int i = 0; i < result.Length; i++)
            result[i] = start + (T.CreateTruncating(i) * delta);
    }

    private static long Count<T>(Func<string, ModelFormatException> error, T start, T limit, T delta)
        where T : System.Numerics.INumber<T>
    {
        if (T.IsZero(delta))
            throw error("delta is 0.");
        // 64-bit integers are exact in decimal, not in binary64.
        if (typeof(T) == typeof(long) || typeof(T) == typeof(ulong))
        {
            decimal distance = decimal.CreateChecked(limit) - decimal.CreateChecked(start);
            return (long)Math.Clamp(Math.Ceiling(distance / decimal.CreateChecked(delta)), 0, long.MaxValue);
        }

        double steps = (double.CreateTruncating(limit) - double.CreateTruncating(start)) / double.CreateTruncating(delta);
        return (long)Math.Max(Math.Ceiling(steps), 0);
    }
}
