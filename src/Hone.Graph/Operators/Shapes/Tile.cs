using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Lays copies of a tensor side by side.</summary>
/// <remarks>ONNX operator <c>Tile</c>, opset 6 and up: inputs data <c>[...]</c> of any type and repeats (int64, one for each axis).</remarks>
internal sealed class Tile : MovementOperator
{
    public override string Name => "Tile";

    public override int SinceVersion => 6;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = context.Shape(0);
        if (shape is not null)
        {
            IReadOnlyList<Dimension> repeats = context.Contents(1) ?? new Dimension[shape.Rank];
            if (repeats.Count != shape.Rank)
                throw context.Error($"repeats has {repeats.Count} elements for the shape {shape}.");
            shape = new SymbolicShape(shape.Select((d, axis) => d * repeats[axis]).ToArray());
        }

        context.SetOutput(0, context.DataType(0), shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape input = context.Input(0).Shape;
        long[] repeats = context.Input(1).ToInt64Array();
        if (repeats.Length != input.Rank)
            throw context.Error($"repeats has {repeats.Length} elements for the shape {input}.");
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, input.Select((d, axis) => checked(d * repeats[axis])).ToArray());
        long[] strides = input.Strides();
        // Each axis is walked as two: the copies, which do not move in the source, and what is copied.
        long[] dimensions = Enumerable.Range(0, input.Rank).SelectMany(axis => (long[])[repeats[axis], input[axis]]).ToArray();
        long[] walk = Enumerable.Range(0, input.Rank).SelectMany(axis => (long[])[0, strides[axis]]).ToArray();
        if (output.ElementCount > 0)
            StridedCopy.Gather(new TensorShape(dimensions), Elements<T>(context, 0), 0, walk, RawElements.Of<T>(output));
    }
}
