using Hone.Graphs;
using Hone.Operators.Pooling;

namespace Hone.Operators.Microsoft;

/// <summary>The mean over all spatial axes, from codes to codes.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.QLinearGlobalAveragePool</c>, version 1; inputs as <see cref="QLinearUnaryOperator"/>, X <c>[N, C, ..]</c>, or
/// <c>[N, .., C]</c> with <c>channels_last</c> (0).
/// </remarks>
internal sealed class QLinearGlobalAveragePool : QLinearPool
{
    public override string Name => "QLinearGlobalAveragePool";

    protected override Operator Standard { get; } = new GlobalAveragePool();

    protected override SymbolicShape? InferStandardShape(Node node, SymbolicShape? input) => PoolingRules.InferGlobalShape(node, input);
}
