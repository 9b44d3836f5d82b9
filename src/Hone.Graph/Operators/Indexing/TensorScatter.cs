using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>Writes new entries into a cache of sequences, as attention keeps it.</summary>
/// <remarks>
/// ONNX operator <c>TensorScatter</c>, opset 24 and up: inputs past_cache <c>[batch, ..., length, ...]</c> of any type, update (the same but for
/// a shorter axis) and write_indices (optional, <c>[batch]</c> int64, default 0): where each sequence's update begins; output like past_cache.
/// Attributes axis (-2) and mode: <c>linear</c> (default, the update must fit) or <c>circular</c> (it wraps around).
/// </remarks>
internal sealed class TensorScatter : MovementOperator
{
    public override string Name => "TensorScatter";

    public override int SinceVersion => 24;

    public override (int Minimum, int Maximum) InputCount => (2, 3);

    public override void InferTypes(InferenceContext context) => context.SetOutput(0, context.CommonDataType(0, 1), context.Shape(0));

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape cache = context.Input(0).Shape;
        TensorShape update = context.Input(1).Shape;
        int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", -2), cache.Rank);
        if (axis == 0 || update.Rank != cache.Rank || update.Where((d, a) => a == axis ? d > cache[a] : d != cache[a]).Any())
            throw context.Error($"the update {update} does not fit the cache {cache} along axis {axis}.");
        long[] starts = context.OptionalInput(2)?.ToInt64Array() ?? new long[cache[0]];
        if (starts.Length != cache[0])
            throw context.Error($"there are {starts.Length} write indices for {cache[0]} sequences.");
        bool circular = context.Attributes.GetString("mode", "linear") switch
        {
            "circular" => true,
            "linear" => false,
            string other => throw context.Error($"the mode '{other}' is not known."),
        };
        Tensor output = context.Input(0).Clone();
        context.SetOutput(0, output);
        long[] slice = [.. update];
        slice[0] = slice[axis] = 1;
        long[] from = update.Strides();
        long[] to = cache.Strides();
        for (int b = 0; b < starts.Length; b++)
        {
            if (starts[b] < 0 || starts[b] > cache[axis] || (!circular && starts[b] + update[axis] > cache[axis]))
                throw context.Error($"the update of {update[axis]} entries at {starts[b]} does not fit the cache's {cache[axis]}.");
            for (long i = 0; i < update[axis]; i++)
            {
                StridedCopy.Run(
                    slice,
                    Elements<T>(context, 1),
                    (b * from[0]) + (i * from[axis]),
                    from,
                    RawElements.Of<T>(output),
                    (b * to[0]) + ((starts[b] + i) % cache[axis] * to[axis]),
                    to);
            }
        }
    }
}
