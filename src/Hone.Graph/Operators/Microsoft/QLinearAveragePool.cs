using Hone.Graphs;
using Hone.Operators.Pooling;

namespace Hone.Operators.Microsoft;

/// <summary>The mean of each window, from codes to codes.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.QLinearAveragePool</c>, version 1; inputs as <see cref="QLinearUnaryOperator"/>, X <c>[N, C, ..]</c>, or
/// <c>[N, .., C]</c> with <c>channels_last</c> (0). Other attributes as <see cref="AveragePool"/>.
/// </remarks>
internal sealed class QLinearAveragePool : QLinearPool
{
    public override string Name => "QLinearAveragePool";

    protected override Operator Standard { get; } = new AveragePool();

    protected override SymbolicShape? InferStandardShape(Node node, SymbolicShape? input) => PoolingRules.InferShape(node, input);
}
