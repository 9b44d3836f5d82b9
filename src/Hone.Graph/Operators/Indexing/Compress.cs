using Hone.Graphs;
using Hone.Operators.Shapes;
using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>Keeps the slices along an axis for which a condition holds.</summary>
/// <remarks>
/// ONNX operator <c>Compress</c>, opset 11 and up: inputs <c>[...]</c> of any type and condition <c>[n]</c> bool, n at most the axis' length.
/// Attribute axis; without it the input is flattened first.
/// </remarks>
internal sealed class Compress : MovementOperator
{
    public override string Name => "Compress";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = context.Attributes.Contains("axis") ? context.Shape(0) : new SymbolicShape(Dimension.Unknown);
        shape = shape?.With(context.NormalizeAxis(context.Attributes.GetInt("axis", 0), shape.Rank), Dimension.Unknown);
        context.SetOutput(0, context.DataType(0), shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape shape = context.Attributes.Contains("axis") ? context.Input(0).Shape : new TensorShape(context.Input(0).ElementCount);
        int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", 0), shape.Rank);
        bool[] condition = context.Input(1).AsSpan<bool>().ToArray();
        int[] kept = Enumerable.Range(0, (int)Math.Min(condition.Length, shape[axis])).Where(i => condition[i]).ToArray();
        long[] dimensions = [.. shape];
        dimensions[axis] = kept.Length;
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, dimensions);
        AxisGather.Run(Elements<T>(context, 0), shape, axis, kept, RawElements.Of<T>(output));
    }
}
