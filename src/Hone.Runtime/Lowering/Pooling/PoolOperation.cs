using Hone.Graphs;
using Hone.Kernels.Pooling;
using Hone.Runtime.Lowering.Convolution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Pooling;

/// <summary>A pooling over channels-last maps.</summary>
internal sealed unsafe class PoolOperation(NodeGroup group, bool isMax, PoolQuantization? quantization) : Operation(group)
{
    private delegate void Kernel(in PoolingShape shape, in PoolingArguments arguments);

    private Node Node => Group.Anchor;

    private bool IsGlobal => Node.Is("GlobalAveragePool") || Node.Is("GlobalMaxPool") || Node.Is("ReduceMean");

    internal override bool ReadsStrided(Value input) => true;

    internal override bool WritesStrided(PlanBuilder plan) => plan.IsStatic(this) && !IsGlobal && ReadShape(plan.ShapeOf(Inputs[0])!) is not null;

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape output = OutputShape(plan), inputShape = plan.ShapeOf(Inputs[0])!;
        if (ReadShape(inputShape) is not { } shape)
            return false;
        (int height, int width) = LayoutShapes.Spatial(inputShape);
        int outputHeight = shape.OutputHeight(height), outputWidth = shape.OutputWidth(width);
        if (output.ElementCount != inputShape[0] * inputShape[1] * outputHeight * outputWidth)
            return false;
        Operand x = plan.Input(Inputs[0], Layout.ChannelsLast, allowsStride: true);
        bool dropsAxes = output.Rank != inputShape.Rank;
        Operand y = dropsAxes ? plan.Output(Outputs[0], Layout.RowMajor) : plan.Output(Outputs[0], Layout.ChannelsLast, allowsStride: true);
        PoolingArguments arguments = new()
        {
            InputStride = (nint)x.PixelStride, Batch = checked((int)inputShape[0]), Height = height, Width = width, Channels = checked((int)inputShape[1]),
            OutputStride = (nint)(dropsAxes ? inputShape[1] : y.PixelStride),
        };
        (string id, Kernel kernel) = Choose(x.DataType);
        plan.Step(id, frame =>
        {
            PoolingArguments run = arguments;
            run.Input = frame[x];
            run.Output = frame[y];
            run.MaxThreads = frame.MaxThreads;
            kernel(shape, run);
        });
        return true;
    }

    private (string Id, Kernel Kernel) Choose(DataType type)
    {
        if (quantization is { } parameters)
            return ("u8-average-pool", (in PoolingShape s, in PoolingArguments a) => Pool.AverageU8(s, a, parameters));
        return (isMax, type) switch
        {
            (false, _) => ("f32-average-pool", Pool.AverageF32),
            (true, DataType.UInt8) => ("u8-max-pool", Pool.MaxU8),
            (true, DataType.Int8) => ("s8-max-pool", Pool.MaxS8),
            _ => ("f32-max-pool", Pool.MaxF32),
        };
    }

    /// <summary>The window for an input of the given shape; null for three spatial dimensions.</summary>
    private PoolingShape? ReadShape(TensorShape input)
    {
        (int height, int width) = LayoutShapes.Spatial(input);
        if (IsGlobal)
            return new PoolingShape(height, width);
        int axes = input.Rank - 2;
        if (Node.Attributes.GetInts("kernel_shape") is not { } kernel || kernel.Length != axes)
            return null;
        long[] strides = Node.Attributes.GetInts("strides") ?? ConvolutionGeometry.Ones(axes), dilations = Node.Attributes.GetInts("dilations") ?? ConvolutionGeometry.Ones(axes);
        long[]? pads = ConvolutionGeometry.Pads(Node, kernel, strides, dilations, new SymbolicShape(input));
        if (pads is null || strides.Concat(dilations).Concat(pads).Concat(kernel).Any(x => x > short.MaxValue))
            return null;
        bool isMap = axes == 2;
        return new PoolingShape(isMap ? (int)kernel[0] : 1, (int)kernel[^1])
        {
            StrideHeight = isMap ? (int)strides[0] : 1, StrideWidth = (int)strides[^1],
            DilationHeight = isMap ? (int)dilations[0] : 1, DilationWidth = (int)dilations[^1],
            PadTop = isMap ? (int)pads[0] : 0, PadLeft = (int)pads[axes - 1], PadBottom = isMap ? (int)pads[2] : 0, PadRight = (int)pads[^1],
            CeilMode = Node.Attributes.GetBool("ceil_mode"), CountIncludePad = Node.Attributes.GetBool("count_include_pad"),
        };
    }
}
