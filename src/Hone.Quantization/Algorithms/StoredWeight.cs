using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Quantization.Algorithms;

/// <summary>A constant that is stored as integers behind a <c>DequantizeLinear</c>.</summary>
internal readonly struct StoredWeight
{
    private readonly Node _dequantize;

    private StoredWeight(Node dequantize) => _dequantize = dequantize;

    internal Value Codes => _dequantize.Inputs[0]!;

    internal Value Scale => _dequantize.Inputs[1]!;

    /// <summary>The constant behind a value, or null when it is none.</summary>
    internal static StoredWeight? Of(Value? value) =>
        value?.Producer is { } node && node.Is("DequantizeLinear") && node.Inputs.All(i => i is null or { IsConstant: true }) ? new StoredWeight(node) : null;

    /// <summary>Its real numbers; the caller disposes them.</summary>
    internal Tensor Dequantize()
    {
        EvaluationScope scope = new();
        GraphEvaluation.EvaluateNode(_dequantize, scope);
        return scope.Find(_dequantize.Output)!;
    }
}
