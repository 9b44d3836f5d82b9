using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>Picks one element for each index, moving only along an axis.</summary>
/// <remarks>
/// ONNX operator <c>GatherElements</c>, opset 11 and up: inputs data <c>[...]</c> of any type and indices (int32 or int64, same rank, negative
/// ones count from the back); output of the shape of indices. Attribute axis (0).
/// </remarks>
internal sealed class GatherElements : MovementOperator
{
    public override string Name => "GatherElements";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        if (context.Shape(0) is { } data)
        {
            context.NormalizeAxis(context.Attributes.GetInt("axis", 0), data.Rank);
            context.RequireRank(1, data.Rank);
        }

        context.SetOutput(0, context.DataType(0), context.Shape(1));
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, context.Input(1).Shape);
        int[] places = ElementPlaces.Along(context, 1, context.Attributes.GetInt("axis", 0));
        ReadOnlySpan<T> data = Elements<T>(context, 0);
        Span<T> result = RawElements.Of<T>(output);
        for (int i = 0; i < result.Length; i++)
            result[i] = data[places[i]];
    }
}
