using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Reduction;

/// <summary>The K largest or smallest elements along an axis, with their indices.</summary>
/// <remarks>
/// ONNX operator <c>TopK</c>, opset 11 and up: inputs X <c>[...]</c> of any numeric type and K <c>[1]</c> int64; outputs Values and Indices
/// (int64), whose axis has length K. Attributes axis (-1), largest (1) and sorted (1). Of equal elements the first comes first; NaN counts as
/// the largest. The outputs are sorted always, which sorted = 0 allows.
/// </remarks>
internal sealed class TopK : NumericOperator
{
    public override string Name => "TopK";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override (int Minimum, int Maximum) OutputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = context.Shape(0);
        if (shape is not null)
        {
            int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", -1), shape.Rank);
            Dimension count = context.Contents(1) is [var k] ? k : Dimension.Unknown;
            if (count.IsFixed && (count.Value < 0 || (shape[axis].IsFixed && count.Value > shape[axis].Value)))
                throw context.Error($"K is {count}, axis {axis} of {shape} has not as many elements.");
            shape = shape.With(axis, count);
        }

        context.SetOutput(0, context.DataType(0), shape);
        context.SetOutput(1, DataType.Int64, shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", -1), input.Shape.Rank);
        if (context.Input(1).ToInt64Array() is not [long count])
            throw context.Error("K must have one element.");
        if (count < 0 || count > input.Shape[axis])
            throw context.Error($"K is {count}, axis {axis} of {input.Shape} has not as many elements.");
        long[] dimensions = [.. input.Shape];
        dimensions[axis] = count;
        Tensor output = context.CreateOutput(0, input.DataType, dimensions);
        Span<T> values = output.AsSpan<T>();
        Span<long> indices = context.CreateOutput(1, DataType.Int64, dimensions).AsSpan<long>();
        AxisBlocks from = new(input.Shape, axis);
        AxisBlocks to = new(output.Shape, axis);
        ReadOnlySpan<T> x = input.AsSpan<T>();
        int sign = context.Attributes.GetBool("largest", true) ? -1 : 1;
        T[] line = new T[from.Length];
        int[] order = new int[from.Length];
        for (int block = 0; block < from.Count; block++)
        {
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = x[from.Start(block) + (i * from.Step)];
                order[i] = i;
            }

            Array.Sort(order, (a, b) => Compare(line[a], line[b]) is var c && c != 0 ? c * sign : a - b);
            for (int i = 0; i < count; i++)
            {
                values[to.Start(block) + (i * to.Step)] = line[order[i]];
                indices[to.Start(block) + (i * to.Step)] = order[i];
            }
        }
    }

    private static int Compare<T>(T left, T right)
        where T : System.Numerics.INumber<T>
    {
        if (T.IsNaN(left) || T.IsNaN(right))
            return T.IsNaN(left) ? (T.IsNaN(right) ? 0 : 1) : -1;
        return left < right ? -1 : left > right ? 1 : 0;
    }
}
