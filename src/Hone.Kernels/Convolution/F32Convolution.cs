using System.Runtime.InteropServices;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Gemm;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Convolution;

/// <summary>fp32 convolution over channels-last maps: any kernel, stride, padding, dilation and groups; bias, residual and activation
/// fused.</summary>
/// <remarks>
/// Which method is best for a 3x3 of stride 1 depends on the map's size, so its weights are packed on the first run of a size class, or
/// ahead by
/// <see cref="Prepare"/>.
/// </remarks>
public sealed unsafe class F32Convolution : ConvolutionOperator
{
    private readonly Lock _lock = new();
    private readonly KernelOptions _options;
    private readonly TileKernel _kernel;
    private readonly EpilogueData _epilogue;
    private readonly Activation _activation;
    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly DepthwiseEngine? _depthwise;
    private DenseEngine? _direct;
    private WinogradEngine? _winograd2;
    private WinogradEngine? _winograd4;

    /// <summary>Chooses the best kernels of this CPU.</summary>
    /// <param name="shape">The attributes.</param>
    /// <param name="weights">[out channels, in channels / groups, kernel height, kernel width], as in ONNX Conv.</param>
    /// <param name="bias">[out channels], or empty.</param>
    /// <param name="epilogue">What follows the sum.</param>
    /// <param name="options">Which kernels may be chosen, and the accuracy; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">Attributes out of range, or a span of the wrong length.</exception>
    public F32Convolution(
        ConvolutionShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, F32Epilogue epilogue = default, KernelOptions? options = null)
        : base(shape)
    {
        WeightOrder.Check(shape, weights.Length, bias.Length);
        _options = options ?? KernelOptions.Default;
        _kernel = KernelCatalogue.FloatTile(_options);
        _weights = WeightOrder.ToChannelsLast(shape, weights);
        _bias = bias.ToArray();
        _activation = epilogue.Activation.IsClamp(out float low, out float high) ? default : epilogue.Activation;
        _epilogue = new EpilogueData { Kind = epilogue.AddsResidual ? EpilogueKind.FloatResidual : EpilogueKind.Float, Low = low, High = high };
        if (DepthwiseEngine.Supports(shape))
        {
            _depthwise = new DepthwiseEngine(shape, TileType.Float32, MemoryMarshal.AsBytes<float>(_weights), Epilogue(), _options);
        }
        else if (WinogradEngine.ChooseTile(shape, _kernel, int.MaxValue, int.MaxValue, _options.Accuracy, _options) == 0)
        {
            _direct = Direct();
        }
    }

    /// <inheritdoc/>
    public override string KernelId => _depthwise?.KernelId ?? _winograd4?.KernelId ?? _winograd2?.KernelId ?? _kernel.Id;

    /// <inheritdoc/>
    public override long PackedBytes =>
        (_depthwise?.PackedBytes ?? 0) + (_direct?.PackedBytes ?? 0) + (_winograd2?.PackedBytes ?? 0) + (_winograd4?.PackedBytes ?? 0);

    /// <summary>Id of the kernel that does the work for input maps of a size.</summary>
    /// <param name="height">Input rows.</param>
    /// <param name="width">Input columns.</param>
    public string KernelIdFor(int height, int width) =>
        _depthwise?.KernelId ?? (Tile(height, width) is int m and not 0 ? WinogradEngine.IdOf(m, _kernel) : _kernel.Id);

    /// <inheritdoc/>
    public override void Prepare(int height, int width)
    {
        if (_depthwise is not null)
        {
            return;
        }

        switch (Tile(height, width))
        {
            case 4: _ = Winograd(4, ref _winograd4); break;
            case 2: _ = Winograd(2, ref _winograd2); break;
            default: _ = Direct(); break;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A size is negative, a stride less than the channels, or a pointer missing.</exception>
    public override void Run(in ConvolutionArguments arguments)
    {
        DenseCall call = Calls.From(arguments, sizeof(float), sizeof(float), sizeof(float));
        bool addsResidual = _epilogue.Kind == EpilogueKind.FloatResidual;
        Calls.Check(call, Shape.InChannels * sizeof(float), Shape.OutChannels * sizeof(float), Shape.OutChannels * sizeof(float), addsResidual);
        if (!addsResidual)
        {
            call.Residual = null;
        }

        if (_depthwise is not null)
        {
            _depthwise.Run(call);
            return;
        }

        switch (Tile(arguments.Height, arguments.Width))
        {
            case 4: Winograd(4, ref _winograd4).Run(call); break;
            case 2: Winograd(2, ref _winograd2).Run(call); break;
            default: Direct().Run(call); break;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _depthwise?.Dispose();
        _direct?.Dispose();
        _winograd2?.Dispose();
        _winograd4?.Dispose();
    }

    private int Tile(int height, int width) =>
        WinogradEngine.ChooseTile(Shape, _kernel, Shape.OutputHeight(height), Shape.OutputWidth(width), _options.Accuracy, _options);

    private DenseEngine Direct()
    {
        if (Volatile.Read(ref _direct) is { } ready)
        {
            return ready;
        }

        lock (_lock)
        {
            if (_direct is null)
            {
                fixed (float* w = _weights)
                fixed (ushort* half = _kernel.Type == TileType.BFloat16 ? BFloat16.FromFloats(_weights) : [])
                {
                    Volatile.Write(ref _direct, new DenseEngine(Shape, _kernel, half is null ? w : half, Epilogue()));
                }
            }

            return _direct;
        }
    }

    private WinogradEngine Winograd(int m, ref WinogradEngine? engine)
    {
        if (Volatile.Read(ref engine) is { } ready)
        {
            return ready;
        }

        lock (_lock)
        {
            if (engine is null)
            {
                Volatile.Write(ref engine, new WinogradEngine(Shape, m, _kernel, _weights, Epilogue(), _options));
            }

            return engine;
        }
    }

    private DenseEpilogue Epilogue() => new()
    {
        Data = _epilogue,
        Bias = MemoryMarshal.AsBytes<float>(_bias),
        Activation = _activation,
        OutputSize = sizeof(float),
        ResidualSize = sizeof(float),
    };
}
