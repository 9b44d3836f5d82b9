using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>A function of one tensor of codes: dequantize, compute in float32, quantize.</summary>
/// <remarks>Inputs X uint8 or int8, X_scale, optional X_zero_point, Y_scale, optional Y_zero_point; scales and zero points have one element.</remarks>
internal abstract class QLinearUnaryOperator : MicrosoftOperator
{
    public override (int Minimum, int Maximum) InputCount => (4, 5);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("X", context.DataType(0), DataType.UInt8, DataType.Int8);
        if (context.HasInput(2))
            node.RequireType("X_zero_point", context.DataType(2), context.DataType(0));
        if (context.HasInput(4))
            node.RequireType("Y_zero_point", context.DataType(4), context.DataType(0));
        context.SetOutput(0, context.DataType(0), InferShape(node, context.Shape(0)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        using Tensor real = TensorParameters.Read(context, 1, 2, x.DataType).Dequantize(x);
        using Tensor result = Compute(context, real);
        context.SetOutput(0, TensorParameters.Read(context, 3, 4, x.DataType).Quantize(result));
    }

    /// <summary>The output shape.</summary>
    protected virtual SymbolicShape? InferShape(Node node, SymbolicShape? input) => input;

    /// <summary>The function on float32.</summary>
    protected abstract Tensor Compute(EvaluationContext context, Tensor real);

    /// <summary>Computes with a standard operator that has the node's attributes.</summary>
    protected static Tensor Run(Operator standard, Node node, Tensor real)
    {
        EvaluationContext inner = new(node, [real]);
        standard.Evaluate(inner);
        return inner.Outputs[0]!;
    }
}
