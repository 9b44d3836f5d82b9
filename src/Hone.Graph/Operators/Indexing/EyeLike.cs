using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>A matrix with ones on a diagonal, of the shape of another.</summary>
/// <remarks>
/// ONNX operator <c>EyeLike</c>, opset 9 and up: input <c>[M, N]</c>. Attributes dtype (default the input's type) and k (0), which moves the
/// diagonal up.
/// </remarks>
internal sealed class EyeLike : Operator
{
    public override string Name => "EyeLike";

    public override int SinceVersion => 9;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireRank(0, 2);
        context.SetOutput(0, context.Attributes.GetDataType("dtype", context.DataType(0)), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        TensorShape shape = context.Input(0).Shape;
        if (shape.Rank != 2)
            throw context.Error($"its input is {shape}; it must be a matrix.");
        long diagonal = context.Attributes.GetInt("k", 0);
        using Tensor eye = new(DataType.Bool, shape);
        Span<bool> elements = eye.AsSpan<bool>();
        for (long row = 0; row < shape[0]; row++)
        {
            if (diagonal >= -row && diagonal < shape[1] - row)
                elements[(int)((row * shape[1]) + row + diagonal)] = true;
        }

        context.SetOutput(0, ElementConversion.Convert(eye, context.Attributes.GetDataType("dtype", context.Input(0).DataType)));
    }
}
