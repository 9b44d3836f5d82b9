using Hone.Graphs;
using Hone.Operators.Shapes;
using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>Picks slices along an axis.</summary>
/// <remarks>
/// ONNX operator <c>Gather</c>, opset 11 and up: inputs data <c>[...]</c> of any type and indices (int32 or int64, any shape; negative ones
/// count from the back). In the output the shape of indices stands in place of attribute axis (0).
/// </remarks>
internal sealed class Gather : MovementOperator
{
    public override string Name => "Gather";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = null;
        if (context.Shape(0) is { } data)
        {
            int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", 0), data.Rank);
            if (context.Shape(1) is { } indices)
                shape = new SymbolicShape([.. data.Take(axis), .. indices, .. data.Skip(axis + 1)]);
        }

        context.SetOutput(0, context.DataType(0), shape, shape is { Rank: <= 1 } ? InferContents(context) : null);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape data = context.Input(0).Shape;
        int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", 0), data.Rank);
        int[] indices = Indices.Read(context, 1, data[axis]);
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, [.. data.Take(axis), .. context.Input(1).Shape, .. data.Skip(axis + 1)]);
        AxisGather.Run(Elements<T>(context, 0), data, axis, indices, RawElements.Of<T>(output));
    }

    private static Dimension[]? InferContents(InferenceContext context)
    {
        if (context.Contents(0) is not { } data || context.Shape(0) is not { Rank: 1 } || context.FixedContents(1) is not { } indices)
            return null;
        return Array.ConvertAll(indices, i => i >= -data.Count && i < data.Count
            ? data[(int)(i < 0 ? i + data.Count : i)]
            : throw context.Error($"the index {i} does not lie in {-data.Count}..{data.Count - 1}."));
    }
}
