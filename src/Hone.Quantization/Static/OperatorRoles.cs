using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Quantization.Static;

/// <summary>How each operator takes part in static quantization.</summary>
internal static class OperatorRoles
{
    /// <summary>Operators whose output has the elements of its inputs, or averages of them: it keeps their scale and zero point.</summary>
    private static readonly HashSet<string> s_passThrough = new(StringComparer.Ordinal)
    {
        "AveragePool", "Concat", "DepthToSpace", "Flatten", "Gather", "GlobalAveragePool", "GlobalMaxPool", "Identity", "MaxPool", "ReduceMean", "Reshape",
        "Slice", "SpaceToDepth", "Split", "Squeeze", "Transpose", "Unsqueeze",
    };

    /// <summary>Whether the node computes on integers with scales of its own for input and output.</summary>
    internal static bool Computes(Node node) => node.Operator.Name switch
    {
        _ when node.Operator.Domain.Length > 0 => false,
        "Conv" or "ConvTranspose" => IsFloatConstant(node.Input(1)) && (node.Input(2) is not { } bias || IsFloatConstant(bias)),
        "Gemm" => IsPlainGemm(node),
        "MatMul" => IsFloat(node.Input(0)) && IsFloat(node.Input(1)),
        "Add" or "Mul" => node.Inputs.All(i => IsFloat(i) && !i!.IsConstant),
        _ => false,
    };

    /// <summary>Whether the node hands its input's elements on.</summary>
    internal static bool PassesThrough(Node node) => node.Operator.Domain.Length == 0 && s_passThrough.Contains(node.Operator.Name) && IsFloat(node.Input(0));

    /// <summary>Whether the node is an activation that rounding to an unsigned range can take over.</summary>
    internal static bool IsFusedActivation(Node node) => node.Is("Relu") || (node.Is("Clip") && (node.Input(1)?.IsConstant ?? true) && (node.Input(2)?.IsConstant ?? true));

    /// <summary>The activations that a pass-through node shares its parameters with.</summary>
    internal static IEnumerable<Value> Sources(Node node) => node.Is("Concat") ? node.Inputs.OfType<Value>() : [node.Inputs[0]!];

    /// <summary>The weight of a node, or null when it has none.</summary>
    internal static WeightPlacement? Weight(Node node) => node.Operator.Name switch
    {
        "Conv" => new WeightPlacement(node, 1, 0),
        // With groups the channels of axis 1 are those of one group only.
        "ConvTranspose" => new WeightPlacement(node, 1, node.Attributes.GetInt("group", 1) == 1 ? 1 : null),
        "Gemm" => new WeightPlacement(node, 1, node.Attributes.GetBool("transB") ? 0 : 1),
        "MatMul" when IsFloatConstant(node.Input(1)) && node.Input(1)!.Shape!.Rank == 2 => new WeightPlacement(node, 1, 1),
        _ => null,
    };

    internal static bool IsFloat(Value? value) => value is { DataType: DataType.Float32 };

    private static bool IsFloatConstant(Value? value) => value is { IsConstant: true, DataType: DataType.Float32 };

    private static bool IsPlainGemm(Node node) =>
        IsFloat(node.Input(0)) && IsFloatConstant(node.Input(1)) && (node.Input(2) is not { } bias || IsFloatConstant(bias))
        && node.Attributes.GetFloat("alpha", 1) == 1 && node.Attributes.GetFloat("beta", 1) == 1 && !node.Attributes.GetBool("transA");
}
