using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Qat;

namespace Hone.Torch.GraphModules;

/// <summary>Decides which constants of a graph are trained, which are running statistics, and which are neither.</summary>
internal static class ConstantRoles
{
    /// <summary>Inputs that carry sizes, bounds, rates and scales rather than weights.</summary>
    private static readonly Dictionary<string, int[]> s_settings = new(StringComparer.Ordinal)
    {
        ["Clip"] = [1, 2],
        ["DequantizeLinear"] = [0, 1, 2],
        ["Dropout"] = [1, 2],
        ["OneHot"] = [1, 2],
        ["Pad"] = [1, 2],
        ["Pow"] = [1],
        ["QuantizeLinear"] = [1, 2],
        ["Resize"] = [1, 2, 3],
    };

    internal static ConstantRole Of(Value constant)
    {
        if (!constant.DataType.IsFloatingPoint() || constant.Consumers.Count == 0)
            return ConstantRole.Fixed;
        bool isStatistic = constant.Consumers.All(n => IsStatistic(n, constant));
        if (isStatistic)
            return ConstantRole.RunningStatistic;
        // A number without dimensions is a constant of the formula (a scale, an epsilon), not a weight.
        bool isSetting = constant.Shape is { Rank: 0 } || constant.Consumers.Any(n => IsSetting(n, constant));
        return isSetting ? ConstantRole.Fixed : ConstantRole.Weight;
    }

    private static bool IsStatistic(Node node, Value constant) =>
        (node.Is("BatchNormalization") && (node.Input(3) == constant || node.Input(4) == constant))
        || (node.Operator is ConvBatchNormOperator && (node.Input(5) == constant || node.Input(6) == constant));

    private static bool IsSetting(Node node, Value constant) =>
        s_settings.TryGetValue(node.Operator.Name, out int[]? inputs) && inputs.Any(i => node.Input(i) == constant);
}
