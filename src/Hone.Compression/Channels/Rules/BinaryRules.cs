using Hone.Graphs;
using Hone.Passes;

namespace Hone.Compression.Channels.Rules;

/// <summary>Elementwise operators of two operands: a residual addition ties the channels of both.</summary>
internal static class BinaryRules
{
    private static readonly Dictionary<string, Func<double, double, double>> s_arithmetic = new()
    {
        ["Add"] = (a, b) => a + b,
        ["Div"] = (a, b) => a / b,
        ["Max"] = Math.Max,
        ["Min"] = Math.Min,
        ["Mul"] = (a, b) => a == 0 || b == 0 ? 0 : a * b,
        ["Pow"] = Math.Pow,
        ["PRelu"] = (a, b) => a >= 0 ? a : a * b,
        ["Sub"] = (a, b) => a - b,
    };

    internal static IEnumerable<string> Names => s_arithmetic.Keys;

    internal static void Binary(ChannelAnalysis analysis, Node node)
    {
        ChannelVector?[] operands = [.. node.Inputs.Select(analysis.Vector)];
        if (Array.TrueForAll(operands, o => o is null))
            return;
        if (node.Inputs.Count != 2 || node.Output.Shape is not { } shape || node.Inputs.Any(i => i?.Shape is null))
        {
            analysis.PinInputs(node);
            return;
        }

        ChannelVector? result = operands switch
        {
            [{ } left, { } right] => Both(analysis, node, shape.Rank, left, right),
            [{ } left, null] => One(analysis, node, shape, left, 0),
            [null, { } right] => One(analysis, node, shape, right, 1),
            _ => null,
        };
        if (result is not null)
            analysis.Set(node.Output, result);
        else
            analysis.PinInputs(node);
    }

    private static ChannelVector? Both(ChannelAnalysis analysis, Node node, int rank, ChannelVector left, ChannelVector right)
    {
        int axis = left.Axis + rank - node.Inputs[0]!.Shape!.Rank;
        if (axis != right.Axis + rank - node.Inputs[1]!.Shape!.Rank || left.Count != right.Count)
            return null;
        analysis.Unite(left.Atoms, right.Atoms);
        Func<double, double, double> combine = s_arithmetic[node.Operator.Name];
        return new ChannelVector(axis, left.Atoms, [.. left.Constants.Zip(right.Constants, combine)]);
    }

    /// <summary>The other operand is the same for all channels, or a constant with one slice for each.</summary>
    private static ChannelVector? One(ChannelAnalysis analysis, Node node, SymbolicShape shape, ChannelVector vector, int index)
    {
        Value other = node.Inputs[1 - index]!; // checked by the caller
        int axis = vector.Axis + shape.Rank - node.Inputs[index]!.Shape!.Rank;
        int axisInOther = axis - (shape.Rank - other.Shape!.Rank);
        if (shape[axis] != vector.Count)
            return null;
        bool isSame = axisInOther < 0 || other.Shape[axisInOther] == 1;
        if (!isSame && !(other.IsConstant && other.Shape[axisInOther] == vector.Count))
            return null;
        if (!isSame)
            analysis.Slice(node, 1 - index, axisInOther, vector.Atoms, makesChannels: node.Is("Add"));
        return new ChannelVector(axis, vector.Atoms, Constants(node, vector, index, FloatConstants.Read(other)));
    }

    private static double[] Constants(Node node, ChannelVector vector, int index, double[]? other)
    {
        double[]? numbers = other?.Length == vector.Count ? other : other?.Length == 1 ? [.. Enumerable.Repeat(other[0], vector.Count)] : null;
        // Zero times anything is zero; nothing else is known without the other operand.
        numbers ??= [.. Enumerable.Repeat(double.NaN, vector.Count)];
        Func<double, double, double> combine = s_arithmetic[node.Operator.Name];
        return index == 0 ? [.. vector.Constants.Zip(numbers, combine)] : [.. numbers.Zip(vector.Constants, combine)];
    }
}
