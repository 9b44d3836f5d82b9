using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Gives the same elements another shape.</summary>
/// <remarks>
/// ONNX operator <c>Reshape</c>, opset 14 and up: inputs data <c>[...]</c> of any type and shape <c>[rank]</c> int64; output of that shape. One
/// dimension may be -1, which is then what the number of elements leaves; 0 copies the input's dimension unless attribute allowzero (0) is 1.
/// </remarks>
internal sealed class Reshape : Operator
{
    public override string Name => "Reshape";

    public override int SinceVersion => 5;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        if (context.Contents(1) is { } wanted)
        {
            SymbolicShape shape = Infer(context, wanted);
            context.SetOutput(0, context.DataType(0), shape, shape.Rank <= 1 ? context.Contents(0) : null);
            return;
        }

        // The rank may be known even where the dimensions are not.
        SymbolicShape? unknown = context.Shape(1) is { Rank: 1 } rank && rank[0] is { IsFixed: true, Value: >= 0 and <= 64 } count
            ? new SymbolicShape(new Dimension[count.Value])
            : null;
        context.SetOutput(0, context.DataType(0), unknown);
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor data = context.Input(0);
        long[] shape = context.Input(1).ToInt64Array();
        bool allowZero = context.Attributes.GetBool("allowzero");
        int free = -1;
        long known = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 0 && !allowZero)
                shape[axis] = axis < data.Shape.Rank ? data.Shape[axis] : throw context.Error($"the 0 at {axis} has no dimension of {data.Shape} to copy.");
            if (shape[axis] == -1)
                free = free < 0 ? axis : throw context.Error("only one dimension may be -1.");
            else
                known = checked(known * shape[axis]);
        }

        if (free >= 0)
        {
            if (known == 0 ? data.ElementCount != 0 : data.ElementCount % known != 0)
                throw context.Error($"{data.Shape} cannot take the shape [{string.Join(", ", shape)}].");
            shape[free] = known == 0 ? 0 : data.ElementCount / known;
        }

        context.SetOutput(0, data.Reshape(new TensorShape(shape)));
    }

    private static SymbolicShape Infer(InferenceContext context, IReadOnlyList<Dimension> wanted)
    {
        SymbolicShape? input = context.Shape(0);
        Dimension[] shape = [.. wanted];
        bool allowZero = context.Attributes.GetBool("allowzero");
        int free = -1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] is { IsFixed: true, Value: 0 } && !allowZero)
            {
                if (axis >= input?.Rank)
                    throw context.Error($"the 0 at {axis} has no dimension of {input} to copy.");
                shape[axis] = input?[axis] ?? Dimension.Unknown;
            }

            if (shape[axis] is not { IsFixed: true, Value: < 0 })
                continue;
            if (shape[axis].Value != -1 || free >= 0)
                throw context.Error($"the shape [{string.Join(", ", wanted)}] must have no negative dimension but one -1.");
            free = axis;
        }

        if (free >= 0)
        {
            shape[free] = 1;
            shape[free] = input is null ? Dimension.Unknown : DimensionQuotient.Divide(input.Dimensions, shape);
        }
        else if (input is { IsFixed: true } && new SymbolicShape(shape) is { IsFixed: true } target && input.ElementCount() != target.ElementCount())
        {
            throw context.Error($"{input} cannot take the shape {target}: the numbers of elements differ.");
        }

        return new SymbolicShape(shape);
    }
}
