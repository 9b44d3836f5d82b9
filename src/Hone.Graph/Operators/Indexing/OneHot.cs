using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>Turns each index into a vector that is "on" at the index and "off" elsewhere.</summary>
/// <remarks>
/// ONNX operator <c>OneHot</c>, opset 11 and up: inputs indices (any numeric type; negative ones count from the back, those out of range are off
/// everywhere), depth (one number) and values <c>[2]</c> of any type (off, on). Attribute axis (-1): where the new axis goes.
/// </remarks>
internal sealed class OneHot : MovementOperator
{
    public override string Name => "OneHot";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (3, 3);

    protected override int DataInput => 2;

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = null;
        if (context.Shape(0) is { } indices)
        {
            int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", -1), indices.Rank + 1);
            Dimension depth = context.Contents(1) is [var only] ? only : Dimension.Unknown;
            shape = new SymbolicShape([.. indices.Take(axis), depth, .. indices.Skip(axis)]);
        }

        context.SetOutput(0, context.DataType(2), shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape shape = context.Input(0).Shape;
        int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", -1), shape.Rank + 1);
        if (ElementConversion.ToDoubles(context.Input(1)) is not [double given] || !(given >= 0 && given <= EvaluationContext.LargestElementCount))
            throw context.Error($"depth must be one number in 0..{EvaluationContext.LargestElementCount}.");
        if (context.Input(2).ElementCount != 2)
            throw context.Error("values must have two elements, off and on.");
        long depth = (long)given;
        Tensor output = context.CreateOutput(0, context.Input(2).DataType, [.. shape.Take(axis), depth, .. shape.Skip(axis)]);
        using Tensor indices = ElementConversion.Convert(context.Input(0), DataType.Int64);
        ReadOnlySpan<long> index = indices.AsSpan<long>();
        ReadOnlySpan<T> values = Elements<T>(context, 2);
        Span<T> result = RawElements.Of<T>(output);
        result.Fill(values[0]);
        long inner = shape.ElementCountOf(axis, shape.Rank);
        for (int i = 0; i < index.Length; i++)
        {
            long at = index[i] < 0 ? index[i] + depth : index[i];
            if (at >= 0 && at < depth)
                result[(int)((((i / inner * depth) + at) * inner) + (i % inner))] = values[1];
        }
    }
}
