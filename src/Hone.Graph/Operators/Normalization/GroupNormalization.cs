using Hone.Graphs;

namespace Hone.Operators.Normalization;

/// <summary>Normalises groups of channels of each image by their mean and variance, then scales and shifts each channel.</summary>
/// <remarks>
/// ONNX operator <c>GroupNormalization</c>, opset 21 (in 18 scale and bias belong to groups). Inputs X <c>[N, C, ..]</c>, scale <c>[C]</c>, bias
/// <c>[C]</c> of one floating-point type; output as X. Attributes <c>num_groups</c>, <c>epsilon</c> (1e-5). Computes in float64.
/// </remarks>
internal sealed class GroupNormalization : Operator
{
    public override string Name => "GroupNormalization";

    public override int SinceVersion => 21;

    public override (int Minimum, int Maximum) InputCount => (3, 3);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("X", context.DataType(0));
        ChannelGroups.Check(context.Node, context.Shape(0), context.Shape(1), context.Shape(2));
        Groups(context.Node, context.Shape(0)?[1] ?? Dimension.Unknown);
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        SymbolicShape shape = new(context.Input(0).Shape);
        context.Node.RequireRank("X", shape, 2);
        context.SetOutput(0, ChannelGroups.Normalize(context, Groups(context.Node, shape[1])));
    }

    private static long Groups(Node node, Dimension channels)
    {
        long groups = node.Attributes.RequireInt("num_groups");
        bool fits = groups >= 1 && (!channels.IsFixed || channels.Value % groups == 0);
        return fits ? groups : throw node.Error($"{channels} channels do not divide into {groups} groups.");
    }
}
