using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Compression.Channels.Rules;

/// <summary>Reshapes that leave the channel axis alone, merge axes behind it into it, or part them from it again.</summary>
internal static class ReshapeRules
{
    internal static void Flatten(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector)
            return;
        if (Moved(analysis, node, vector) is { } moved)
            analysis.Set(node.Output, moved);
        else
            analysis.Pin(vector);
    }

    internal static void Reshape(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector)
            return;
        // Where the target follows from shapes, the channels must not be what it follows from.
        if (Moved(analysis, node, vector) is not { } moved || Target(node, moved.Axis) is not { } target)
        {
            analysis.PinInputs(node);
            return;
        }

        analysis.Set(node.Output, moved);
        if (target[moved.Axis] > 0)
            analysis.InputEdits[(node, 1)] = s =>
                Tensor.Vector<long>([.. target.Select((size, axis) => axis == moved.Axis ? s.Count(moved.Atoms) : size)]);
        else if (!node.Input(1)!.IsConstant)
            analysis.InputEdits[(node, 1)] = _ => Tensor.Vector<long>(target);
    }

    /// <summary>The target as numbers, with 0 and -1 in ONNX's sense; null when it cannot be written so.</summary>
    private static long[]? Target(Node node, int channelAxis)
    {
        if (node.Input(1)!.Constant is { } constant)
            return constant.ToInt64Array();
        SymbolicShape input = node.Input(0)!.Shape!; // Moved has seen both shapes
        SymbolicShape output = node.Output.Shape!;
        long[] target = new long[output.Rank];
        for (int axis = 0; axis < target.Length; axis++)
        {
            bool isCopied = axis < input.Rank && axis != channelAxis && !input[axis].IsUnknown && input[axis] == output[axis];
            target[axis] = output[axis].IsFixed ? output[axis].Value : isCopied ? 0 : -1;
        }

        return target.Count(t => t == -1) <= 1 && !node.Attributes.GetBool("allowzero") ? target : null;
    }

    private static ChannelVector? Moved(ChannelAnalysis analysis, Node node, ChannelVector vector)
    {
        if (node.Input(0)!.Shape is not { } input || node.Output.Shape is not { } output)
            return null;
        Dimension before = Product(input, vector.Axis);
        if (before.IsUnknown)
            return null;
        for (int axis = 0; axis < output.Rank; axis++)
        {
            // Axes of size 1 may come before the channels; the channels are on an axis that they fit.
            if (Product(output, axis) != before || !output[axis].IsFixed || (output[axis] == 1 && vector.Count != 1))
                continue;
            return Fitted(analysis, vector, axis, (int)output[axis].Value);
        }

        return null;
    }

    /// <summary>The channels on an axis of another size.</summary>
    private static ChannelVector? Fitted(ChannelAnalysis analysis, ChannelVector vector, int axis, int size)
    {
        if (size == vector.Count)
            return vector.OnAxis(axis);
        if (size % vector.Count == 0)
        {
            int times = size / vector.Count;
            return new ChannelVector(axis, [.. vector.Atoms.SelectMany(a => Enumerable.Repeat(a, times))],
                [.. vector.Constants.SelectMany(c => Enumerable.Repeat(c, times))]);
        }

        if (vector.Count % size != 0)
            return null;
        int block = vector.Count / size;
        int[] atoms = [.. vector.Atoms.Where((_, i) => i % block == 0)];
        double[] constants = [.. vector.Constants.Where((_, i) => i % block == 0)];
        for (int i = 0; i < vector.Count; i++)
        {
            analysis.Atoms.Unite(atoms[i / block], vector.Atoms[i]);
            if (vector.Constants[i] != constants[i / block])
                constants[i / block] = double.NaN;
        }

        return new ChannelVector(axis, atoms, constants);
    }

    private static Dimension Product(SymbolicShape shape, int axes) => shape.Take(axes).Aggregate(Dimension.Fixed(1), (a, b) => a * b);
}
