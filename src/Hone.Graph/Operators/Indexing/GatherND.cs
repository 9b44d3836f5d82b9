using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>Picks slices by tuples of indices.</summary>
/// <remarks>
/// ONNX operator <c>GatherND</c>, opset 12 and up: inputs data <c>[...]</c> of any type and indices <c>[..., k]</c> int64 (negative ones count
/// from the back); the output has in place of each tuple the slice of data that it names. Attribute batch_dims (0): leading axes that both
/// share.
/// </remarks>
internal sealed class GatherND : MovementOperator
{
    public override string Name => "GatherND";

    public override int SinceVersion => 12;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = null;
        long batchAxes = context.Attributes.GetInt("batch_dims", 0);
        if (context.Shape(0) is { } data && context.Shape(1) is { Rank: > 0 } indices && indices[-1].IsFixed)
        {
            if (batchAxes < 0 || batchAxes >= indices.Rank || batchAxes + indices[-1].Value > data.Rank)
                throw context.Error($"the indices {indices} do not fit the data {data} with {batchAxes} batch axes.");
            shape = new SymbolicShape([.. indices.SkipLast(1), .. data.Skip((int)(batchAxes + indices[-1].Value))]);
        }

        context.SetOutput(0, context.DataType(0), shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape data = context.Input(0).Shape;
        TensorShape indices = context.Input(1).Shape;
        int batchAxes = checked((int)context.Attributes.GetInt("batch_dims", 0));
        int[] places = ElementPlaces.OfTuples(context, 1, batchAxes, out int length);
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, [.. indices.SkipLast(1), .. data.Skip(batchAxes + (int)indices[-1])]);
        ReadOnlySpan<T> x = Elements<T>(context, 0);
        Span<T> y = RawElements.Of<T>(output);
        for (int i = 0; i < places.Length; i++)
            x.Slice(places[i], length).CopyTo(y[(i * length)..]);
    }
}
