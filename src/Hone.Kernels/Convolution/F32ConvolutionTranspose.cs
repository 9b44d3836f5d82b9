using System.Runtime.InteropServices;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;

namespace Hone.Kernels.Convolution;

/// <summary>fp32 transposed convolution over channels-last maps: one ordinary convolution per phase of the stride, each writing its own
/// output pixels.</summary>
/// <remarks>The shape's kernel, strides, dilations, groups and padding are those of ONNX ConvTranspose; <c>PadBottom</c> and
/// <c>PadRight</c> act through the output size.</remarks>
public sealed unsafe class F32ConvolutionTranspose : ConvolutionOperator
{
    private readonly DenseEngine[] _phases;
    private readonly bool _addsResidual;

    /// <summary>Packs the weights of every phase.</summary>
    /// <param name="shape">The attributes.</param>
    /// <param name="weights">[in channels, out channels / groups, kernel height, kernel width], as in ONNX ConvTranspose.</param>
    /// <param name="bias">[out channels], or empty.</param>
    /// <param name="epilogue">What follows the sum.</param>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">Attributes out of range, or a span of the wrong length.</exception>
    public F32ConvolutionTranspose(
        ConvolutionShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, F32Epilogue epilogue = default, KernelOptions? options = null)
        : base(shape)
    {
        WeightOrder.Check(shape, weights.Length, bias.Length);
        _addsResidual = epilogue.AddsResidual;
        _phases = new DenseEngine[shape.StrideHeight * shape.StrideWidth];
        TileKernel kernel = KernelCatalogue.TilesFor(TileType.Float32, options ?? KernelOptions.Default).First();
        bool clamps = epilogue.Activation.IsClamp(out float low, out float high);
        DenseEpilogue dense = new()
        {
            Data = new EpilogueData { Kind = epilogue.AddsResidual ? EpilogueKind.FloatResidual : EpilogueKind.Float, Low = low, High = high },
            Bias = MemoryMarshal.AsBytes(bias),
            Activation = clamps ? default : epilogue.Activation,
            OutputSize = sizeof(float),
            ResidualSize = sizeof(float),
        };
        for (int i = 0; i < _phases.Length; i++)
        {
            TransposedPhase y = TransposedPhase.Of(i / shape.StrideWidth, shape.KernelHeight, shape.StrideHeight, shape.DilationHeight, shape.PadTop);
            TransposedPhase x = TransposedPhase.Of(i % shape.StrideWidth, shape.KernelWidth, shape.StrideWidth, shape.DilationWidth, shape.PadLeft);
            _phases[i] = Phase(shape, weights, y, x, dense, kernel);
        }
    }

    /// <inheritdoc/>
    public override string KernelId => _phases[0].Kernel.Id;

    /// <inheritdoc/>
    public override long PackedBytes => _phases.Sum(p => p.PackedBytes);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A size is negative, a stride less than the channels, or a pointer missing.</exception>
    public override void Run(in ConvolutionArguments arguments)
    {
        DenseCall call = Calls.From(arguments, sizeof(float), sizeof(float), sizeof(float));
        Calls.Check(call, Shape.InChannels * sizeof(float), Shape.OutChannels * sizeof(float), Shape.OutChannels * sizeof(float), _addsResidual);
        if (!_addsResidual)
        {
            call.Residual = null;
        }

        for (int i = 0; i < _phases.Length; i++)
        {
            int firstY = i / Shape.StrideWidth, firstX = i % Shape.StrideWidth;
            int height = (arguments.OutputHeight - firstY + Shape.StrideHeight - 1) / Shape.StrideHeight;
            int width = (arguments.OutputWidth - firstX + Shape.StrideWidth - 1) / Shape.StrideWidth;
            if (height > 0 && width > 0)
            {
                _phases[i].Run(call, height, width, new OutputMap(arguments.OutputHeight, arguments.OutputWidth, Shape.StrideHeight, Shape.StrideWidth, firstY, firstX));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Array.ForEach(_phases, p => p.Dispose());

    private static DenseEngine Phase(
        ConvolutionShape shape, ReadOnlySpan<float> weights, TransposedPhase y, TransposedPhase x, DenseEpilogue epilogue, TileKernel kernel)
    {
        // A phase that no tap reaches is bias only: one tap of zeros.
        int rows = Math.Max(1, y.Taps.Length), columns = Math.Max(1, x.Taps.Length);
        ConvolutionShape phase = new(shape.InChannels, shape.OutChannels, rows, columns)
        {
            Groups = shape.Groups, PadTop = y.Pad, PadLeft = x.Pad, DilationHeight = y.Dilation, DilationWidth = x.Dilation,
        };
        float[] ordered = new float[shape.OutChannels * phase.Depth];
        int at = 0;
        for (int n = 0; n < shape.OutChannels; n++)
        {
            int group = n / shape.GroupOutChannels, column = n % shape.GroupOutChannels;
            for (int tap = 0; tap < rows * columns; tap++)
            {
                for (int c = 0; c < shape.GroupInChannels; c++, at++)
                {
                    if (y.Taps.Length > 0 && x.Taps.Length > 0)
                    {
                        int source = (group * shape.GroupInChannels + c) * shape.GroupOutChannels + column;
                        ordered[at] = weights[(source * shape.KernelHeight + y.Taps[tap / columns]) * shape.KernelWidth + x.Taps[tap % columns]];
                    }
                }
            }
        }

        fixed (float* w = ordered)
        {
            return new DenseEngine(phase, kernel, w, epilogue);
        }
    }
}
