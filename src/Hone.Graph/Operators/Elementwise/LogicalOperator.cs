using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>A function of two truth values: bool inputs A and B, broadcast to one shape; bool output of that shape.</summary>
internal abstract class LogicalOperator : Operator
{
    public override int SinceVersion => 7;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(0, t => t == DataType.Bool, "bool");
        context.RequireDataType(1, t => t == DataType.Bool, "bool");
        context.SetOutput(0, DataType.Bool, context.BroadcastShape(0, 1));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor left = context.Input(0);
        Tensor right = context.Input(1);
        Tensor output = context.CreateOutput(0, DataType.Bool, Broadcasting.Shape(context));
        Broadcasting.Apply(output.Shape, left.AsSpan<bool>(), left.Shape, right.AsSpan<bool>(), right.Shape, output.AsSpan<bool>(), Function);
    }

    /// <summary>The function.</summary>
    protected abstract bool Function(bool left, bool right);
}
