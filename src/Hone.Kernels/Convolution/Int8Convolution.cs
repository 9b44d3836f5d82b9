using System.Runtime.InteropServices;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;

namespace Hone.Kernels.Convolution;

/// <summary>8-bit convolution over channels-last maps: u8 or s8 input, s8 weights with zero point 0 and scales per output channel, exact
/// int32 sums.</summary>
/// <remarks>Sums are exact as long as kernel elements times 255 * 128 stay below 2^31: up to 65,793 products per output.</remarks>
public sealed unsafe class Int8Convolution : ConvolutionOperator
{
    private readonly DenseEngine? _dense;
    private readonly DepthwiseEngine? _depthwise;
    private readonly int _outputSize;
    private readonly bool _addsResidual;

    /// <summary>Packs the weights for the best kernel of this CPU and folds the zero point into the bias.</summary>
    /// <param name="shape">The attributes.</param>
    /// <param name="weights">[out channels, in channels / groups, kernel height, kernel width], as in ONNX QLinearConv.</param>
    /// <param name="bias">[out channels] at input scale * weight scale, or empty.</param>
    /// <param name="epilogue">Input zero point and what follows the sum.</param>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">Attributes out of range, or a span or list of the wrong length.</exception>
    public Int8Convolution(
        ConvolutionShape shape, ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> bias, Int8Epilogue epilogue, KernelOptions? options = null)
        : base(shape)
    {
        ArgumentNullException.ThrowIfNull(epilogue);
        WeightOrder.Check(shape, weights.Length, bias.Length);
        epilogue.Validate(shape.OutChannels);
        options ??= KernelOptions.Default;
        // With one tap both orders are the same, and large weights are worth no copy.
        ReadOnlySpan<sbyte> ordered = shape is { KernelHeight: 1, KernelWidth: 1 } ? weights : WeightOrder.ToChannelsLast(shape, weights);
        int[] folded = Requantization.FoldZeroPoint(ordered, bias, shape.OutChannels, shape.Depth, 1, shape.Depth, epilogue.UnsignedInputZeroPoint);
        DenseEpilogue dense = epilogue.Build(folded, shape.OutChannels, shape.Depth);
        _outputSize = dense.OutputSize;
        _addsResidual = epilogue.Residual is not null;
        if (DepthwiseEngine.Supports(shape) && !epilogue.InputIsSigned)
        {
            _depthwise = new DepthwiseEngine(shape, TileType.UInt8Int8, MemoryMarshal.AsBytes(ordered), dense, options);
            return;
        }

        fixed (sbyte* w = ordered)
        {
            _dense = new DenseEngine(shape, KernelCatalogue.TilesFor(TileType.UInt8Int8, options).First(), w, dense);
        }
    }

    /// <inheritdoc/>
    public override string KernelId => _dense?.Kernel.Id ?? _depthwise?.KernelId ?? "";

    /// <inheritdoc/>
    public override long PackedBytes => _dense?.PackedBytes ?? _depthwise?.PackedBytes ?? 0;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A size is negative, a stride less than the channels, or a pointer missing.</exception>
    public override void Run(in ConvolutionArguments arguments)
    {
        DenseCall call = Calls.From(arguments, 1, _outputSize, 1);
        Calls.Check(call, Shape.InChannels, Shape.OutChannels * _outputSize, Shape.OutChannels, _addsResidual);
        if (!_addsResidual)
        {
            call.Residual = null;
        }

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
