using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Quantization;

/// <summary>Which inputs of which operators are weights, and along which axis their channels lie.</summary>
internal static class StoredWeights
{
    /// <summary>Weights of fewer elements cost more in scales and nodes than they save.</summary>
    private const int FewestElements = 32;

    /// <summary>The float32 constants of a node that are weights.</summary>
    /// <returns>Place among the inputs; axis of the output channels; for matrix products the axis that is summed over.</returns>
    internal static IEnumerable<(int Input, int ChannelAxis, int? SumAxis)> Of(Node node) => Candidates(node).Where(c => IsWeight(node.Input(c.Input)));

    private static IEnumerable<(int Input, int ChannelAxis, int? SumAxis)> Candidates(Node node) => node.Operator.Name switch
    {
        _ when node.Operator.Domain.Length > 0 => [],
        "Conv" => [(1, 0, null)],
        "ConvTranspose" => [(1, 1, null)],
        "LSTM" or "GRU" or "RNN" => [(1, 1, null), (2, 1, null)],
        "Gather" => [(0, 0, null)],
        "Gemm" => [node.Attributes.GetBool("transB") ? (1, 0, 1) : (1, 1, 0)],
        "MatMul" when node.Input(1)?.Shape is { Rank: 2 } => [(1, 1, 0)],
        _ => [],
    };

    private static bool IsWeight(Value? value) =>
        value is { IsConstant: true, DataType: DataType.Float32 } && value.Shape!.Rank >= 2 && value.Constant!.ElementCount >= FewestElements;
}
