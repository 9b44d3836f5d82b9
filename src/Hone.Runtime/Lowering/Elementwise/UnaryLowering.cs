using Hone.Graphs;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>A function of one float32 value.</summary>
internal static class UnaryLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (Activations.Of(node, context) is not { } function || node.Input(0) is not { IsConstant: false } input)
            return node.Is("Pow") ? RowsLowering.Lower(node, context) : null;
        if (ChainLowering.Lower(node, context) is { } chain)
            return chain;
        GroupBuilder group = new(context, node);
        group.Read(input);
        for (int i = 1; i < node.Inputs.Count; i++)
            group.Share(node.Inputs[i]);
        return new UnaryOperationStep(group.Build(), function);
    }
}
