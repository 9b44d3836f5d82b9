using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Normalization;

/// <summary>Normalises each plane of each image by its own mean and variance, then scales and shifts each channel.</summary>
/// <remarks>
/// ONNX operator <c>InstanceNormalization</c>, opset 6 (22 adds bfloat16). Inputs <c>[N, C, ..]</c>, scale <c>[C]</c>, B <c>[C]</c> of one floating-point
/// type; output as the first. Attribute <c>epsilon</c> (1e-5). Computes in float64.
/// </remarks>
internal sealed class InstanceNormalization : Operator
{
    public override string Name => "InstanceNormalization";

    public override int SinceVersion => 6;

    public override (int Minimum, int Maximum) InputCount => (3, 3);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the input", context.DataType(0));
        ChannelGroups.Check(context.Node, context.Shape(0), context.Shape(1), context.Shape(2));
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        context.Node.RequireRank("the input", new SymbolicShape(x.Shape), 2);
        context.SetOutput(0, ChannelGroups.Normalize(context, x.Shape[1]));
    }
}
