using Hone.Graphs;
using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Convolution;

/// <summary>A float32 convolution, plain or transposed: y = activation(conv(x) + bias + residual), all maps channels-last.</summary>
internal sealed unsafe class FloatConvOperation(
    NodeGroup group, ConvolutionShape shape, bool isTransposed, Tensor weights, Tensor? bias, Value? residual, Activation activation, KernelOptions options) : Operation(group)
{
    private ConvolutionOperator? _kernel;

    internal override long PackedByteCount => _kernel?.PackedBytes ?? 0;

    internal override void Prepare()
    {
        ReadOnlySpan<float> biases = bias is null ? [] : bias.AsSpan<float>();
        F32Epilogue epilogue = new(activation, residual is not null);
        _kernel = isTransposed
            ? new F32ConvolutionTranspose(shape, weights.AsSpan<float>(), biases, epilogue, options)
            : new F32Convolution(shape, weights.AsSpan<float>(), biases, epilogue, options);
    }

    internal override bool WritesStrided(PlanBuilder plan) => plan.IsStatic(this);

    internal override bool ReadsStrided(Value input) => true;

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape output = OutputShape(plan);
        if (residual is not null && !plan.ShapeOf(residual)!.Equals(output))
            return false;
        ConvolutionOperator kernel = _kernel!;
        Operand x = plan.Input(Inputs[0], Layout.ChannelsLast, allowsStride: true);
        Operand? r = residual is null ? null : plan.Input(residual, Layout.ChannelsLast, allowsStride: true);
        Operand y = plan.Output(Outputs[0], Layout.ChannelsLast, allowsStride: true, r is null ? [] : [r]);
        (int height, int width) = LayoutShapes.Spatial(x.Shape);
        (int outputHeight, int outputWidth) = LayoutShapes.Spatial(output);
        kernel.Prepare(height, width);
        int batch = checked((int)x.Shape[0]);
        plan.Step(kernel.KernelId, frame => kernel.Run(new ConvolutionArguments
        {
            Input = frame[x], InputStride = (nint)x.PixelStride, Batch = batch, Height = height, Width = width,
            Output = frame[y], OutputStride = (nint)y.PixelStride, OutputHeight = outputHeight, OutputWidth = outputWidth,
            Residual = r is null ? null : frame[r], ResidualStride = r is null ? 0 : (nint)r.PixelStride,
            MaxThreads = frame.MaxThreads,
        }));
        return true;
    }

    protected override void Release() => _kernel?.Dispose();
}
