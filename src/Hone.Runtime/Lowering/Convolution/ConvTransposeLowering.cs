using Hone.Graphs;
using Hone.Kernels.Convolution;
using Hone.Kernels.Elementwise;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Convolution;

/// <summary><c>ConvTranspose</c> of float32 with constant weights and explicit padding, with residual and activation.</summary>
internal static class ConvTransposeLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, DataType: DataType.Float32, Shape: { } input } || context.FloatConstant(node.Input(1)) is not { } weights)
            return null;
        Tensor? bias = context.FloatConstant(node.Input(2));
        bool isExplicit = node.Attributes.GetString("auto_pad", "NOTSET") == "NOTSET" && node.Attributes.GetInts("output_shape") is null;
        if (!isExplicit || (bias is null && node.Input(2) is not null) || TryRead(node, weights.Shape, input) is not { } shape)
            return null;
        GroupBuilder group = new(context, node);
        group.Read(node.Inputs[0]!);
        group.Share(node.Input(1));
        group.Share(node.Input(2));
        (Value? residual, Activation activation) = FloatEpilogue.Extend(group, context);
        return new FloatConvOperation(group.Build(), shape, isTransposed: true, weights, bias, residual, activation, context.KernelOptions);
    }

    private static ConvolutionShape? TryRead(Node node, TensorShape weights, SymbolicShape input)
    {
        if (weights.Rank is not (3 or 4) || weights.ElementCount is 0 or > int.MaxValue || input.Rank != weights.Rank)
            return null;
        int axes = weights.Rank - 2;
        long groups = node.Attributes.GetInt("group", 1);
        if (groups < 1 || weights[0] % groups != 0)
            return null;
        long[] strides = node.Attributes.GetInts("strides") ?? ConvolutionGeometry.Ones(axes), dilations = node.Attributes.GetInts("dilations") ?? ConvolutionGeometry.Ones(axes);
        long[] pads = node.Attributes.GetInts("pads") ?? new long[2 * axes];
        if (strides.Concat(dilations).Concat(pads).Concat(weights.Dimensions[2..].ToArray()).Any(x => x > short.MaxValue))
            return null;
        bool isMap = axes == 2;
        return new ConvolutionShape((int)weights[0], (int)(weights[1] * groups), isMap ? (int)weights[2] : 1, (int)weights[-1])
        {
            StrideHeight = isMap ? (int)strides[0] : 1, StrideWidth = (int)strides[^1],
            DilationHeight = isMap ? (int)dilations[0] : 1, DilationWidth = (int)dilations[^1],
            PadTop = isMap ? (int)pads[0] : 0, PadLeft = (int)pads[axes - 1], PadBottom = isMap ? (int)pads[2] : 0, PadRight = (int)pads[^1],
            Groups = (int)groups,
        };
    }
}
