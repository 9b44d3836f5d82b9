using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Reverses the first part of each sequence of a batch.</summary>
/// <remarks>
/// ONNX operator <c>ReverseSequence</c>, opset 10 and up: inputs <c>[...]</c> of any type and sequence_lens <c>[batch]</c> int64. Attributes
/// time_axis (0) and batch_axis (1), the two of which are axes 0 and 1.
/// </remarks>
internal sealed class ReverseSequence : MovementOperator
{
    public override string Name => "ReverseSequence";

    public override int SinceVersion => 10;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context) => context.SetOutput(0, context.DataType(0), context.Shape(0));

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape shape = context.Input(0).Shape;
        int time = context.NormalizeAxis(context.Attributes.GetInt("time_axis", 0), shape.Rank);
        int batch = context.NormalizeAxis(context.Attributes.GetInt("batch_axis", 1), shape.Rank);
        long[] lengths = context.Input(1).ToInt64Array();
        if (time == batch || lengths.Length != shape[batch])
            throw context.Error($"the axes {time} (time) and {batch} (batch) of {shape} do not go with {lengths.Length} lengths.");
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, shape);
        long[] strides = shape.Strides();
        long[] slice = [.. shape];
        slice[time] = slice[batch] = 1;
        for (int b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 0 || lengths[b] > shape[time])
                throw context.Error($"the length {lengths[b]} does not lie in 0..{shape[time]}.");
            for (long t = 0; t < shape[time]; t++)
            {
                long from = t < lengths[b] ? lengths[b] - 1 - t : t;
                StridedCopy.Run(
                    slice,
                    Elements<T>(context, 0),
                    (b * strides[batch]) + (from * strides[time]),
                    strides,
                    RawElements.Of<T>(output),
                    (b * strides[batch]) + (t * strides[time]),
                    strides);
            }
        }
    }
}
