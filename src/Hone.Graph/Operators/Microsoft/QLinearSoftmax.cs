using Hone.Graphs;
using Hone.Operators.Reduction;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>Softmax from codes to codes.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.QLinearSoftmax</c>, version 1; inputs as <see cref="QLinearUnaryOperator"/>; output as X. Attributes <c>axis</c>
/// (-1) and <c>opset</c>: from 13 on one axis is normalised, before all from <c>axis</c> on.
/// </remarks>
internal sealed class QLinearSoftmax : QLinearUnaryOperator
{
    private static readonly Softmax s_standard = new();

    public override string Name => "QLinearSoftmax";

    protected override SymbolicShape? InferShape(Node node, SymbolicShape? input)
    {
        if (input is not null)
            Axis(node, input.Rank);
        return input;
    }

    protected override Tensor Compute(EvaluationContext context, Tensor real)
    {
        int axis = Axis(context.Node, real.Shape.Rank);
        if (context.Attributes.RequireInt("opset") >= 13)
            return Run(s_standard, context.Node, real);
        TensorShape rows = new(real.Shape.ElementCountOf(0, axis), real.Shape.ElementCountOf(axis, real.Shape.Rank));
        Node flattened = new(context.Node.Operator, context.Node.Name, [null], [context.Node.Outputs[0]], AttributeMap.Of(("axis", 1)));
        using Tensor view = real.Reshape(rows);
        using Tensor result = Run(s_standard, flattened, view);
        return result.Reshape(real.Shape);
    }

    private static int Axis(Node node, int rank) => node.NormalizeAxis(node.Attributes.GetInt("axis", -1), rank);
}
