using Hone.Graphs;
using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Runtime.Lowering.Quantization;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Convolution;

/// <summary>An 8-bit convolution with what follows it, all maps channels-last.</summary>
internal sealed unsafe class Int8ConvOperation(
    NodeGroup group, ConvolutionShape shape, QuantizedWeights weights, Int8Bias bias, Int8Epilogue epilogue, KernelOptions options) : Operation(group)
{
    private Int8Convolution? _kernel;

    internal override long PackedByteCount => _kernel?.PackedBytes ?? 0;

    internal override void Prepare() => _kernel = new Int8Convolution(shape, weights.ToSigned(), bias.Integers, epilogue, options);

    internal override bool WritesStrided(PlanBuilder plan) => plan.IsStatic(this);

    internal override bool ReadsStrided(Value input) => true;

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape output = OutputShape(plan);
        Value? residual = epilogue.Residual is null ? null : Inputs[1];
        if (residual is not null && !plan.ShapeOf(residual)!.Equals(output))
            return false;
        Int8Convolution kernel = _kernel!;
        Operand x = plan.Input(Inputs[0], Layout.ChannelsLast, allowsStride: true);
        Operand? r = residual is null ? null : plan.Input(residual, Layout.ChannelsLast, allowsStride: true);
        Operand y = plan.Output(Outputs[0], Layout.ChannelsLast, allowsStride: true, r is null ? [] : [r]);
        (int height, int width) = LayoutShapes.Spatial(x.Shape);
        int batch = checked((int)x.Shape[0]);
        plan.Step(kernel.KernelId, frame => kernel.Run(new ConvolutionArguments
        {
            Input = frame[x], InputStride = (nint)x.PixelStride, Batch = batch, Height = height, Width = width,
            Output = frame[y], OutputStride = (nint)y.PixelStride,
            Residual = r is null ? null : frame[r], ResidualStride = r is null ? 0 : (nint)r.PixelStride,
            MaxThreads = frame.MaxThreads,
        }));
        return true;
    }

    protected override void Release() => _kernel?.Dispose();
}
