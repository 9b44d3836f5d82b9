using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Removes axes of length 1.</summary>
/// <remarks>
/// ONNX operator <c>Squeeze</c>, opset 13 and up: inputs data <c>[...]</c> of any type and axes (optional, int64; default all of length 1).
/// </remarks>
internal sealed class Squeeze : Operator
{
    public override string Name => "Squeeze";

    public override int SinceVersion => 13;

    public override (int Minimum, int Maximum) InputCount => (1, 2);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = null;
        long[]? axes = context.FixedContents(1);
        if (context.Shape(0) is { } input && (axes is not null || (!context.HasInput(1) && input.IsFixed)))
        {
            HashSet<int> removed = axes is null
                ? [.. Enumerable.Range(0, input.Rank).Where(a => input[a].Value == 1)]
                : [.. axes.Select(a => context.NormalizeAxis(a, input.Rank))];
            foreach (int axis in removed)
            {
                if (input[axis].IsFixed && input[axis].Value != 1)
                    throw context.Error($"axis {axis} of {input} is not of length 1.");
            }

            shape = new SymbolicShape(input.Where((_, axis) => !removed.Contains(axis)).ToArray());
        }

        context.SetOutput(0, context.DataType(0), shape, context.Contents(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        TensorShape input = context.Input(0).Shape;
        HashSet<int> removed = context.OptionalInput(1) is { } axes
            ? [.. axes.ToInt64Array().Select(a => context.NormalizeAxis(a, input.Rank))]
            : [.. Enumerable.Range(0, input.Rank).Where(a => input[a] == 1)];
        context.SetOutput(0, context.Input(0).Reshape(new TensorShape(input.Where((_, axis) => !removed.Contains(axis)).ToArray())));
    }
}
