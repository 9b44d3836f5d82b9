using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>Small questions that patterns ask.</summary>
internal static class Matching
{
    /// <summary>The number that a one-element float32 constant holds, or NaN, which equals nothing.</summary>
    internal static float ScalarOf(Value? value) => value?.Constant is { DataType: DataType.Float32, ElementCount: 1 } tensor ? tensor.AsSpan<float>()[0] : float.NaN;

    /// <summary>Whether a constant is the number, as far as exporters round it.</summary>
    internal static bool Is(Value? value, double number) => Math.Abs(ScalarOf(value) - number) <= 1e-4 * Math.Abs(number);

    /// <summary>The other input of a node of two inputs, or null when the value is neither.</summary>
    internal static Value? Other(Node node, Value? value) =>
        value is null || node.Inputs.Count != 2 ? null : node.Inputs[0] == value ? node.Inputs[1] : node.Inputs[1] == value ? node.Inputs[0] : null;

    /// <summary>The producer of a value when it is the named standard operator.</summary>
    internal static Node? Producer(Value? value, string operatorName) => value?.Producer is { } node && node.Is(operatorName) ? node : null;

    /// <summary>The inputs of a node of two inputs, in both orders.</summary>
    internal static IEnumerable<(Value First, Value Second)> BothOrders(Node node)
    {
        if (node.Inputs is not [{ } a, { } b])
            yield break;
        yield return (a, b);
        yield return (b, a);
    }

    /// <summary>Scale and zero point of a node that quantizes or dequantizes, when both are single constants; a zero point left out is 0.</summary>
    internal static (float Scale, long ZeroPoint)? TensorParameters(Node node)
    {
        if (node.Input(1)?.Constant is not { DataType: DataType.Float32, ElementCount: 1 } scale || node.Attributes.GetInt("block_size", 0) != 0)
            return null;
        if (node.Input(2) is null)
            return (scale.AsSpan<float>()[0], 0);
        return node.Input(2)!.Constant is { ElementCount: 1 } zeroPoint && zeroPoint.DataType.IsInteger() ? (scale.AsSpan<float>()[0], zeroPoint.ToInt64Array()[0]) : null;
    }
}
