using Hone.Graphs;
using Hone.Passes;

namespace Hone.Compression.Channels.Rules;

/// <summary>Operators that treat each element by itself, and normalizations that treat each channel by itself.</summary>
internal static class ElementwiseRules
{
    internal static void Unary(ChannelAnalysis analysis, Node node)
    {
        bool hasOneOutput = node.Outputs.Skip(1).All(o => o is null || (o.Consumers.Count == 0 && !analysis.Graph.IsOutput(o)));
        if (analysis.Vector(node.Input(0)) is not { } vector)
            analysis.PinInputs(node);
        else if (hasOneOutput)
            analysis.Set(node.Output, node.Is("Dropout") || node.Is("Identity") ? vector : ConstantChannels.Through(node, vector));
        else
            analysis.Pin(vector);
    }

    internal static void BatchNormalization(ChannelAnalysis analysis, Node node)
    {
        ChannelVector? vector = analysis.Vector(node.Input(0));
        bool isFollowed = vector is { Axis: 1 } && node.Outputs.Count == 1 && Enumerable.Range(1, 4).All(i => node.Input(i)?.IsConstant ?? false);
        if (!isFollowed || vector is null)
        {
            analysis.PinInputs(node);
            return;
        }

        for (int i = 1; i <= 4; i++)
            analysis.Slice(node, i, 0, vector.Atoms, makesChannels: i <= 2);
        double[][] parameters = [.. Enumerable.Range(1, 4).Select(i => FloatConstants.Read(node.Input(i)) ?? [])];
        double epsilon = node.Attributes.GetFloat("epsilon", 1e-5f);
        double[] constants = [.. vector.Constants.Select((x, c) =>
            Normalize(x, parameters[0][c], parameters[1][c], parameters[2][c], parameters[3][c] + epsilon))];
        // In training the statistics of the batch take the place of what is stored.
        analysis.Set(node.Output, node.Attributes.GetBool("training_mode") ? vector.WithoutConstants() : vector with { Constants = constants });
    }

    internal static void InstanceNormalization(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { Axis: 1 } vector || node.Input(1) is not { IsConstant: true }
            || FloatConstants.Read(node.Input(2)) is not { } shift)
        {
            analysis.PinInputs(node);
            return;
        }

        analysis.Slice(node, 1, 0, vector.Atoms, makesChannels: true);
        analysis.Slice(node, 2, 0, vector.Atoms, makesChannels: true);
        analysis.Set(node.Output, vector with { Constants = [.. vector.Constants.Select((x, c) => double.IsNaN(x) ? x : shift[c])] });
    }

    /// <summary>Softmax and its kin mix the elements of one axis; channels on another pass.</summary>
    internal static void AlongAxis(ChannelAnalysis analysis, Node node)
    {
        if (analysis.Vector(node.Input(0)) is not { } vector || node.Input(0)!.Shape is not { } shape)
            return;
        long axis = node.Attributes.GetInt("axis", -1);
        if ((axis < 0 ? axis + shape.Rank : axis) == vector.Axis)
            analysis.Pin(vector);
        else
            analysis.Set(node.Output, vector.WithoutConstants());
    }

    private static double Normalize(double x, double scale, double shift, double mean, double variance) =>
        scale == 0 ? shift : ((x - mean) * scale / Math.Sqrt(variance)) + shift;
}
