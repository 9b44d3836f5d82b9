using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Inserts axes of length 1.</summary>
/// <remarks>
/// ONNX operator <c>Unsqueeze</c>, opset 13 and up: inputs data <c>[...]</c> of any type and axes (int64), which are positions in the output.
/// </remarks>
internal sealed class Unsqueeze : Operator
{
    public override string Name => "Unsqueeze";

    public override int SinceVersion => 13;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = null;
        if (context.Shape(0) is { } input && context.FixedContents(1) is { } axes)
        {
            int rank = input.Rank + axes.Length;
            IEnumerable<int> positions = axes.Select(a => context.NormalizeAxis(a, rank));
            shape = new SymbolicShape(Insert<Dimension>(input, positions, 1) ?? throw context.Error("an axis occurs twice."));
        }

        context.SetOutput(0, context.DataType(0), shape, shape is { Rank: <= 1 } ? context.Contents(0) : null);
    }

    public override void Evaluate(EvaluationContext context)
    {
        TensorShape input = context.Input(0).Shape;
        long[] axes = context.Input(1).ToInt64Array();
        int rank = input.Rank + axes.Length;
        long[] shape = Insert<long>(input, axes.Select(a => context.NormalizeAxis(a, rank)), 1) ?? throw context.Error("an axis occurs twice.");
        context.SetOutput(0, context.Input(0).Reshape(new TensorShape(shape)));
    }

    private static T[]? Insert<T>(IEnumerable<T> dimensions, IEnumerable<int> axes, T one)
    {
        List<T> result = [.. dimensions];
        int last = -1;
        foreach (int axis in axes.Order())
        {
            if (axis == last)
                return null;
            result.Insert(axis, one);
            last = axis;
        }

        return [.. result];
    }
}
