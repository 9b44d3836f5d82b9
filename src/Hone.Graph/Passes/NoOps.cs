using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Passes;

/// <summary>Decides for each operator when a node only passes one of its inputs on.</summary>
internal static class NoOps
{
    private static readonly Dictionary<string, Func<Node, Value?>> s_rules = new(StringComparer.Ordinal)
    {
        ["Add"] = node => Neutral(node, 0, isCommutative: true),
        ["Cast"] = node => FirstInputIf(node, node.Input(0)!.DataType == node.Output.DataType),
        ["CastLike"] = node => FirstInputIf(node, node.Input(0)!.DataType == node.Output.DataType),
        ["Clip"] = node => FirstInputIf(node, node.Input(1) is null && node.Input(2) is null),
        ["Concat"] = SingleInput,
        ["Div"] = node => Neutral(node, 1, isCommutative: false),
        ["Dropout"] = node => FirstInputIf(node, (node.Input(2) is null || IsFalse(node.Input(2)!)) && node.Outputs.Skip(1).All(o => o is null || o.Consumers.Count == 0)),
        ["Expand"] = SameShape,
        ["Flatten"] = SameShape,
        ["Identity"] = node => node.Input(0),
        ["Max"] = SingleInput,
        ["Mean"] = SingleInput,
        ["Min"] = SingleInput,
        ["Mul"] = node => Neutral(node, 1, isCommutative: true),
        ["Pad"] = node => FirstInputIf(node, AllEqual(node.Input(1), 0)),
        ["Pow"] = node => Neutral(node, 1, isCommutative: false),
        ["Reshape"] = SameShape,
        ["Slice"] = node => FirstInputIf(node, StepsAreOne(node) && SameShape(node) is not null),
        ["Squeeze"] = SameShape,
        ["Sub"] = node => Neutral(node, 0, isCommutative: false),
        ["Sum"] = SingleInput,
        ["Tile"] = node => FirstInputIf(node, AllEqual(node.Input(1), 1)),
        ["Transpose"] = node => FirstInputIf(node, node.Attributes.GetInts("perm") is { } perm && perm.Select((p, i) => p == i).All(same => same)),
    };

    /// <summary>The input that the node passes on unchanged, or null when it does something.</summary>
    internal static Value? PassedOn(Node node) =>
        node.Operator.Domain.Length == 0 && node.Outputs[0] is not null && s_rules.TryGetValue(node.Operator.Name, out Func<Node, Value?>? rule) ? rule(node) : null;

    private static Value? FirstInputIf(Node node, bool condition) => condition ? node.Input(0) : null;

    private static Value? SingleInput(Node node) => node.Inputs.Count == 1 ? node.Input(0) : null;

    /// <summary>Equal symbols are equal numbers in every run, but two unknowns need not be. Nodes that move no elements change nothing then.</summary>
    private static Value? SameShape(Node node) =>
        FirstInputIf(node, node.Input(0)?.Shape is { } shape && shape.All(d => !d.IsUnknown) && shape.Equals(node.Output.Shape));

    /// <summary>The operand beside a constant that changes nothing, unless the constant broadcasts it to another shape.</summary>
    private static Value? Neutral(Node node, long number, bool isCommutative)
    {
        for (int i = isCommutative ? 0 : 1; i < 2; i++)
        {
            if (AllEqual(node.Input(i), number) && KeepsShape(node.Input(1 - i)!, node.Input(i)!) && node.Input(1 - i)!.DataType == node.Output.DataType)
                return node.Input(1 - i);
        }

        return null;
    }

    private static bool KeepsShape(Value operand, Value constant)
    {
        if (constant.Constant is { Shape: { ElementCount: 1, Rank: 0 } })
            return true;
        return operand.Shape is { } shape && shape.Rank >= constant.Constant!.Shape.Rank
            && constant.Constant.Shape.Select((d, i) => d == 1 || shape[shape.Rank - constant.Constant.Shape.Rank + i] == d).All(fits => fits);
    }

    private static bool StepsAreOne(Node node) => node.Input(4) is null || AllEqual(node.Input(4), 1);

    private static bool IsFalse(Value value) => value.Constant is { DataType: DataType.Bool, ElementCount: 1 } tensor && !tensor.Item<bool>();

    private static bool AllEqual(Value? value, long number)
    {
        // Longer constants are data: looking through them again and again would be slow.
        if (value?.Constant is not { ElementCount: > 0 and <= 4096 } tensor || tensor.DataType is DataType.String or DataType.Bool or DataType.UInt64)
            return false;
        return tensor.DataType == DataType.Float64
            ? !tensor.AsSpan<double>().ContainsAnyExcept(number)
            : tensor.DataType.IsFloatingPoint() ? !tensor.ToSingleArray().AsSpan().ContainsAnyExcept(number) : !tensor.ToInt64Array().AsSpan().ContainsAnyExcept(number);
    }
}
