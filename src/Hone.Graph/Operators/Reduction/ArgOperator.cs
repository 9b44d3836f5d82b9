using System.Numerics;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Reduction;

/// <summary>The index of the best element along an axis.</summary>
/// <remarks>
/// ONNX operators <c>ArgMax</c> and <c>ArgMin</c>, opset 12 and up: input <c>[...]</c> of any numeric type, output int64. Attributes axis (0),
/// keepdims (1: the axis stays with length 1) and select_last_index (0: the first of equal elements).
/// </remarks>
internal abstract class ArgOperator : NumericOperator
{
    public override int SinceVersion => 12;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = context.Shape(0);
        if (shape is not null)
        {
            int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", 0), shape.Rank);
            shape = KeepsAxis(context.Attributes) ? shape.With(axis, 1) : new SymbolicShape(shape.Where((_, a) => a != axis).ToArray());
        }

        context.SetOutput(0, DataType.Int64, shape);
    }

    /// <summary>Whether an element is better than the best so far.</summary>
    protected abstract Func<T, T, bool> IsBetter<T>()
        where T : INumber<T>;

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        AxisBlocks blocks = new(input.Shape, context.NormalizeAxis(context.Attributes.GetInt("axis", 0), input.Shape.Rank));
        if (blocks.Length == 0 && input.Shape.Where((_, a) => a != blocks.Axis).All(d => d > 0))
            throw context.Error($"axis {blocks.Axis} of {input.Shape} has no elements.");
        bool last = context.Attributes.GetBool("select_last_index");
        IEnumerable<long> before = input.Shape.Take(blocks.Axis);
        IEnumerable<long> after = input.Shape.Skip(blocks.Axis + 1);
        Tensor output = context.CreateOutput(0, DataType.Int64, KeepsAxis(context.Attributes) ? [.. before, 1, .. after] : [.. before, .. after]);
        Func<T, T, bool> isBetter = IsBetter<T>();
        ReadOnlySpan<T> x = input.AsSpan<T>();
        Span<long> result = output.AsSpan<long>();
        for (int block = 0; block < result.Length; block++)
        {
            int start = blocks.Start(block);
            int best = 0;
            for (int i = 1; i < blocks.Length; i++)
            {
                T value = x[start + (i * blocks.Step)];
                T bestValue = x[start + (best * blocks.Step)];
                if (isBetter(value, bestValue) || (last && !isBetter(bestValue, value)))
                    best = i;
            }

            result[block] = best;
        }
    }

    private static bool KeepsAxis(AttributeMap attributes) => attributes.GetBool("keepdims", true);
}
