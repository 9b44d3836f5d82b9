using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>An activation of a sum: <c>f(X + bias)</c>, the bias along the last axis.</summary>
/// <remarks>Inputs X <c>[.., D]</c> of a floating-point type and bias <c>[D]</c> of the same; output as X. Computes in float64.</remarks>
internal abstract class BiasedActivation : MicrosoftOperator
{
    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("X", context.DataType(0));
        Check(context.Node, context.Shape(0), context.Shape(1));
        context.SetOutput(0, context.CommonDataType(0, 1), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Tensor x, Tensor? bias) = (context.Input(0), context.OptionalInput(1));
        Check(context.Node, new SymbolicShape(x.Shape), bias is null ? null : new SymbolicShape(bias.Shape));
        ReadOnlySpan<double> addends = bias is null ? [0] : TensorConversion.Widen<double>(bias);
        double[] values = TensorConversion.Widen<double>(x).ToArray();
        for (int i = 0; i < values.Length; i++)
            values[i] = Activate(context.Attributes, values[i] + addends[i % addends.Length]);
        context.SetOutput(0, TensorConversion.Narrow<double>(values, x.DataType, x.Shape));
    }

    /// <summary>The activation.</summary>
    protected abstract double Activate(AttributeMap attributes, double value);

    private static void Check(Node node, SymbolicShape? x, SymbolicShape? bias)
    {
        if (x is null || bias is null)
            return;
        node.RequireRank("X", x, 1);
        node.RequireShape("the bias", bias, x[-1]);
    }
}
