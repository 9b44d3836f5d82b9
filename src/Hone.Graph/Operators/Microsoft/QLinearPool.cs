using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>A pooling from codes to codes, in either layout.</summary>
internal abstract class QLinearPool : QLinearUnaryOperator
{
    /// <value>The pooling of float32 in <c>[N, C, ..]</c>.</value>
    protected abstract Operator Standard { get; }

    /// <summary>The output shape in <c>[N, C, ..]</c>.</summary>
    protected abstract SymbolicShape? InferStandardShape(Node node, SymbolicShape? input);

    protected sealed override SymbolicShape? InferShape(Node node, SymbolicShape? input)
    {
        node.RequireRank("X", input, 3);
        if (!ChannelsLast.IsSet(node) || input is null)
            return InferStandardShape(node, input);
        return ChannelsLast.ToLast(InferStandardShape(node, ChannelsLast.ToFirst(input))!);
    }

    protected sealed override Tensor Compute(EvaluationContext context, Tensor real)
    {
        context.Node.RequireRank("X", new SymbolicShape(real.Shape), 3);
        if (!ChannelsLast.IsSet(context.Node))
            return Run(Standard, context.Node, real);
        using Tensor turned = ChannelsLast.ToFirst(real);
        using Tensor result = Run(Standard, context.Node, turned);
        return ChannelsLast.ToLast(result);
    }
}
