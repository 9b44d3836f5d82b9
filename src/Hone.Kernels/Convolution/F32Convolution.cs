using System.Runtime.InteropServices;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;

namespace Hone.Kernels.Convolution;

/// <summary>fp32 convolution over channels-last maps: any kernel, stride, padding, dilation and groups; bias, residual and activation fused.</summary>
public sealed unsafe class F32Convolution : ConvolutionOperator
{
    private readonly DenseEngine? _dense;
    private readonly DepthwiseEngine? _depthwise;

    /// <summary>Packs the weights for the best kernel of this CPU.</summary>
    /// <param name="shape">The attributes.</param>
    /// <param name="weights">[out channels, in channels / groups, kernel height, kernel width], as in ONNX Conv.</param>
    /// <param name="bias">[out channels], or empty.</param>
    /// <param name="epilogue">What follows the sum.</param>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">Attributes out of range, or a span of the wrong length.</exception>
    public F32Convolution(
        ConvolutionShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, F32Epilogue epilogue = default, KernelOptions? options = null)
        : base(shape)
    {
        WeightOrder.Check(shape, weights.Length, bias.Length);
        options ??= KernelOptions.Default;
        float[] ordered = WeightOrder.ToChannelsLast(shape, weights);
        bool clamps = epilogue.Activation.IsClamp(out float low, out float high);
        DenseEpilogue dense = new()
        {
            Data = new EpilogueData { Kind = epilogue.AddsResidual ? EpilogueKind.FloatResidual : EpilogueKind.Float, Low = low, High = high },
            Bias = MemoryMarshal.AsBytes(bias),
            Activation = clamps ? default : epilogue.Activation,
            OutputSize = sizeof(float),
            ResidualSize = sizeof(float),
        };
        if (DepthwiseEngine.Supports(shape))
        {
            _depthwise = new DepthwiseEngine(shape, TileType.Float32, MemoryMarshal.AsBytes<float>(ordered), dense, options);
            return;
        }

        fixed (float* w = ordered)
        {
            _dense = new DenseEngine(shape, KernelCatalogue.TilesFor(TileType.Float32, options).First(), w, dense);
        }
    }

    /// <inheritdoc/>
    public override string KernelId => _dense?.Kernel.Id ?? _depthwise?.KernelId ?? "";

    /// <inheritdoc/>
    public override long PackedBytes => _dense?.PackedBytes ?? _depthwise?.PackedBytes ?? 0;

    /// <inheritdoc/>
    public override void Run(in ConvolutionArguments arguments)
    {
        DenseCall call = Calls.From(arguments, sizeof(float), sizeof(float), sizeof(float));
        _dense?.Run(call);
        _depthwise?.Run(call);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _dense?.Dispose();
        _depthwise?.Dispose();
    }
}
