using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>Copies a tensor and writes updates into it, or combines them with what is there.</summary>
/// <remarks>
/// ONNX operators <c>ScatterElements</c> and <c>ScatterND</c>, opset 18 and up: inputs data <c>[...]</c> of any type, indices (negative ones
/// count from the back) and updates of the type of data. Attribute reduction: <c>none</c> (default), <c>add</c>, <c>mul</c>, <c>max</c> or
/// <c>min</c>. Updates are applied in order.
/// </remarks>
internal abstract class ScatterOperator : NumericOperator
{
    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (3, 3);

    public override void InferTypes(InferenceContext context) => context.SetOutput(0, context.CommonDataType(0, 2), context.Shape(0));

    /// <summary>The first element of the data that each run of <paramref name="length"/> updates goes to.</summary>
    protected abstract int[] Places(EvaluationContext context, out int length);

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        string reduction = context.Attributes.GetString("reduction", "none");
        Scatter<T>(context, reduction switch
        {
            "none" => (_, update) => update,
            "add" => (current, update) => current + update,
            "mul" => (current, update) => current * update,
            "max" => T.Max,
            "min" => T.Min,
            _ => throw context.Error($"the reduction '{reduction}' is not known."),
        });
    }

    protected sealed override void EvaluateOther(EvaluationContext context, DataType type)
    {
        if (context.Attributes.GetString("reduction", "none") != "none")
            throw context.Error($"{type.DisplayName()} elements cannot be reduced.");
        if (type == DataType.Bool)
            Scatter<bool>(context, (_, update) => update);
        else if (type == DataType.String)
            Scatter<string>(context, (_, update) => update);
        else
            base.EvaluateOther(context, type);
    }

    private void Scatter<T>(EvaluationContext context, Func<T, T, T> combine)
    {
        if (context.Input(2).DataType != context.Input(0).DataType)
            throw context.Error($"the updates are {context.Input(2).DataType.DisplayName()}, the data {context.Input(0).DataType.DisplayName()}.");
        int[] places = Places(context, out int length);
        ReadOnlySpan<T> updates = RawElements.Of<T>(context.Input(2));
        if (updates.Length != (long)places.Length * length)
            throw context.Error($"the updates {context.Input(2).Shape} do not fit the indices {context.Input(1).Shape}.");
        Tensor output = context.Input(0).Clone();
        context.SetOutput(0, output);
        Span<T> result = RawElements.Of<T>(output);
        for (int i = 0; i < updates.Length; i++)
        {
            int to = places[i / length] + (i % length);
            result[to] = combine(result[to], updates[i]);
        }
    }
}
