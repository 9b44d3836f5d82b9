using Hone.Graphs;
using Hone.Passes;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Compression.LowRank;

/// <summary>A Conv of one group as two.</summary>
internal static class ConvFactors
{
    internal static FactorizedLayer? Replace(GraphPatch patch, Node node, LowRankOptions options)
    {
        if (node.Input(1)?.Constant is not { Shape.Rank: > 2 } weight || FloatConstants.Read(node.Input(1)) is not { } elements
            || node.Attributes.GetInt("group", 1) != 1)
            return null;
        int outputs = (int)weight.Shape[0];
        MatrixFactors? byChannel = MatrixFactors.Create(elements, outputs, elements.Length / Math.Max(1, outputs), options);
        MatrixFactors? byAxis = CanSplitAxes(node, weight.Shape) ? AxisFactors(elements, weight.Shape, options) : null;
        if (byChannel is null && byAxis is null)
            return null;
        if (byAxis is null || (byChannel is not null && Count(byChannel) <= Count(byAxis)))
        {
            ByChannel(patch, node, weight, byChannel!); // one of both is set
            return new FactorizedLayer(node.Name, byChannel!.Rank, byChannel.Error, elements.Length, Count(byChannel));
        }

        ByAxis(patch, node, weight, byAxis);
        return new FactorizedLayer(node.Name, byAxis.Rank, byAxis.Error, elements.Length, Count(byAxis));
    }

    private static int Count(MatrixFactors factors) => factors.Left.Length + factors.Right.Length;

    /// <summary>The windows of the layer with few channels, then a sum over these.</summary>
    private static void ByChannel(GraphPatch patch, Node node, Tensor weight, MatrixFactors factors)
    {
        long[] kernel = weight.Shape.Dimensions[2..].ToArray();
        Value first = Constant(patch, node, weight, "right", factors.Right, [factors.Rank, .. weight.Shape.Dimensions[1..]]);
        Value second = Constant(patch, node, weight, "left", factors.Left, [weight.Shape[0], factors.Rank, .. kernel.Select(_ => 1L)]);
        Value hidden = patch.Node("Conv", [node.Input(0), first], node.Attributes, $"{node.Name}_factor");
        patch.Replace(node.Output, patch.Node("Conv", [hidden, second, node.Input(2)],
            AttributeMap.Of(("kernel_shape", kernel.Select(_ => 1L).ToArray())), node.Name));
    }

    /// <summary>Down the columns with few channels, then along the rows.</summary>
    private static void ByAxis(GraphPatch patch, Node node, Tensor weight, MatrixFactors factors)
    {
        (long outputs, long inputs, long height, long width) = (weight.Shape[0], weight.Shape[1], weight.Shape[2], weight.Shape[3]);
        // Left is [inputs, height] x rank and becomes [rank, inputs, height, 1]; right is rank x [outputs, width] and becomes [outputs, rank, 1,
        // width].
        double[] down = new double[factors.Left.Length];
        for (int i = 0; i < inputs * height; i++)
        {
            for (int r = 0; r < factors.Rank; r++)
                down[(r * inputs * height) + i] = factors.Left[(i * factors.Rank) + r];
        }

        double[] along = new double[factors.Right.Length];
        for (int r = 0; r < factors.Rank; r++)
        {
            for (int o = 0; o < outputs; o++)
                Array.Copy(factors.Right, ((r * outputs) + o) * width, along, ((o * factors.Rank) + r) * width, width);
        }

        Value first = Constant(patch, node, weight, "left", down, [factors.Rank, inputs, height, 1]);
        Value second = Constant(patch, node, weight, "right", along, [outputs, factors.Rank, 1, width]);
        Value hidden = patch.Node("Conv", [node.Input(0), first], Axis(node, 0, height), $"{node.Name}_factor");
        patch.Replace(node.Output, patch.Node("Conv", [hidden, second, node.Input(2)], Axis(node, 1, width), node.Name));
    }

    private static MatrixFactors? AxisFactors(double[] elements, TensorShape shape, LowRankOptions options)
    {
        (int outputs, int inputs, int height, int width) = ((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]);
        double[] matrix = new double[elements.Length];
        int source = 0;
        for (int o = 0; o < outputs; o++)
        {
            for (int row = 0; row < inputs * height; row++, source += width)
                Array.Copy(elements, source, matrix, (row * outputs * width) + (o * width), width);
        }

        return MatrixFactors.Create(matrix, inputs * height, outputs * width, options);
    }

    private static bool CanSplitAxes(Node node, TensorShape shape) =>
        shape.Rank == 4 && shape[2] > 1 && shape[3] > 1 && node.Attributes.GetString("auto_pad", "NOTSET") is "NOTSET" or "";

    /// <summary>The attributes of the layer along one axis, and neutral ones along the other.</summary>
    private static AttributeMap Axis(Node node, int axis, long size)
    {
        long[] strides = node.Attributes.GetInts("strides") ?? [1, 1];
        long[] dilations = node.Attributes.GetInts("dilations") ?? [1, 1];
        long[] pads = node.Attributes.GetInts("pads") ?? [0, 0, 0, 0];
        return axis == 0
            ? AttributeMap.Of(("kernel_shape", new[] { size, 1 }), ("strides", new[] { strides[0], 1 }), ("dilations", new[] { dilations[0], 1 }),
                ("pads", new[] { pads[0], 0, pads[2], 0 }))
            : AttributeMap.Of(("kernel_shape", new[] { 1, size }), ("strides", new[] { 1, strides[1] }), ("dilations", new[] { 1, dilations[1] }),
                ("pads", new[] { 0, pads[1], 0, pads[3] }));
    }

    private static Value Constant(GraphPatch patch, Node node, Tensor weight, string suffix, double[] elements, long[] shape) =>
        patch.Constant($"{node.Input(1)!.Name}_{suffix}", FloatConstants.Write(weight.DataType, new TensorShape(shape), elements));
}
