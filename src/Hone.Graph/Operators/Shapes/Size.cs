using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>The number of elements of a tensor.</summary>
/// <remarks>ONNX operator <c>Size</c>, opset 1 and up: input <c>[...]</c> of any type, output scalar int64.</remarks>
internal sealed class Size : Operator
{
    public override string Name => "Size";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context) =>
        context.SetOutput(0, DataType.Int64, SymbolicShape.Scalar, context.Shape(0) is { } shape ? [shape.ElementCount()] : null);

    public override void Evaluate(EvaluationContext context) => context.SetOutput(0, Tensor.Scalar(context.Input(0).ElementCount));
}
