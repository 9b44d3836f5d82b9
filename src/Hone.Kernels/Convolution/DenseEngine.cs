using System.Runtime.InteropServices;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;

namespace Hone.Kernels.Convolution;

/// <summary>
/// A dense convolution or matrix product as tiles over row pointers: packed weights, epilogue and chosen kernel. Borders point at a row of
/// padding, so
/// the inner loop has no branch; where a step would cross pixels or channels are few, the rows of a block are first gathered into scratch
/// memory.
/// </summary>
internal sealed unsafe partial class DenseEngine : IDisposable
{
    // Fewer contiguous elements than this per tap: gathering costs less than switching row pointers.
    private const int MinPointerElements = 16;

    // Kernel rows need padded copies at borders only, so that shorter runs than those of single pixels pay.
    private const int MinMergedElements = 9;

    private readonly ConvolutionShape _shape;
    private readonly TileKernel _kernel;
    private readonly PanelLayout _layout;
    private readonly NativeBuffer _panels;
    private readonly NativeBuffer _bias;
    private readonly NativeBuffer _multipliers;
    private readonly NativeBuffer _floatBias;
    private readonly NativeBuffer _padding;
    private readonly NativeBuffer _epilogue;
    private readonly NativeBuffer _zeros;
    private readonly TileFunctions[] _functions;
    private readonly int _pieceSteps;
    private readonly Activation _activation;
    private readonly byte _paddingByte;
    private readonly byte _inputFlip;
    private readonly bool _gathers;
    private readonly bool _interleaves;
    private readonly bool _strides;
    private readonly bool _isPointwise;
    private readonly int _taps;
    private readonly int _inputSize;
    private readonly int _outputSize;
    private readonly int _residualSize;

    /// <summary>Packs [out][kernel row][kernel column][in] weights of all groups.</summary>
    internal DenseEngine(ConvolutionShape shape, TileKernel kernel, void* weights, DenseEpilogue epilogue)
        : this(shape, kernel, weights, 1, shape.Depth, epilogue)
    {
    }

    /// <summary>Packs weights whose element (k, n) of group g is <c>weights[(g * N + n) * strideN + k * strideK]</c>.</summary>
    internal DenseEngine(ConvolutionShape shape, TileKernel kernel, void* weights, nint strideK, nint strideN, DenseEpilogue epilogue)
    {
        _shape = shape;
        _kernel = kernel;
        _activation = epilogue.Activation;
        _paddingByte = epilogue.PaddingByte;
        _inputFlip = epilogue.InputFlip;
        _layout = new PanelLayout(kernel, shape.Depth, shape.GroupOutChannels);
        _gathers = Gathers(shape, kernel, epilogue.InputFlip);
        _interleaves = _gathers && Interleaves(shape, kernel);
        _isPointwise = !_gathers && shape is { KernelHeight: 1, KernelWidth: 1, StrideHeight: 1, StrideWidth: 1, PadTop: 0, PadLeft: 0, PadBottom: 0, PadRight: 0 };
        _taps = _gathers ? 1 : shape.KernelHeight * shape.KernelWidth;
        _outputSize = epilogue.OutputSize;
        _residualSize = epilogue.ResidualSize;

        _panels = new NativeBuffer(_layout.Bytes * shape.Groups);
        if (_interleaves)
        {
            fixed (byte* ordered = InterleaveWeights(shape, (byte*)weights, strideK, strideN))
            {
                _layout.Pack(ordered, 1, shape.Depth, _panels.Pointer);
            }
        }
        else
        {
            Pack(weights, strideK, strideN);
        }

        _bias = Columns(epilogue.Bias);
        _multipliers = Columns(MemoryMarshal.AsBytes<float>(epilogue.Multipliers));
        _floatBias = Columns(MemoryMarshal.AsBytes<float>(epilogue.FloatBias));
        _inputSize = kernel.Type == TileType.BFloat16 ? sizeof(float) : kernel.ElementSize;
        _padding = new NativeBuffer((long)shape.GroupInChannels * shape.KernelWidth * _inputSize + 64);
        new Span<byte>(_padding.Pointer, (int)_padding.Length).Fill(epilogue.PaddingByte);
        _zeros = new NativeBuffer((long)_layout.StripWidth * sizeof(float));
        _pieceSteps = PieceSteps(epilogue.Data.Kind);
        int pieces = (_layout.Steps + _pieceSteps - 1) / Math.Max(1, _pieceSteps);
        EpilogueData[] kinds = pieces == 1 ? [epilogue.Data] : PieceEpilogues(epilogue.Data);
        TileFunctions[] functions = [.. kinds.Select(k => new TileFunctions(kernel, k))];
        _epilogue = new NativeBuffer(pieces * sizeof(EpilogueData));
        _functions = new TileFunctions[pieces];
        for (int i = 0; i < pieces; i++)
        {
            int kind = i == 0 ? 0 : i + 1 < pieces ? 1 : 2;
            ((EpilogueData*)_epilogue.Pointer)[i] = kinds[kind];
            _functions[i] = functions[kind];
        }

        _strides = CanStride;
    }

    internal TileKernel Kernel => _kernel;

    internal long PackedBytes => _panels.Length;

    /// <summary>Elements of the per-column arrays, padded for every group.</summary>
    internal int PaddedColumns => _layout.PaddedColumns * _shape.Groups;

    internal int* Bias => (int*)_bias.Pointer;

    internal float* Multipliers => (float*)_multipliers.Pointer;

    public void Dispose()
    {
        _panels.Dispose();
        _bias.Dispose();
        _multipliers.Dispose();
        _floatBias.Dispose();
        _padding.Dispose();
        _epilogue.Dispose();
        _zeros.Dispose();
    }

    private static bool Gathers(ConvolutionShape shape, TileKernel kernel, byte inputFlip)
    {
        int channels = shape.GroupInChannels;
        bool pointwise = shape.KernelHeight == 1 && shape.KernelWidth == 1;
        bool merges = kernel.Type == TileType.Float32 && shape is { Groups: 1, DilationWidth: 1, KernelWidth: > 1 } && shape.KernelWidth * channels >= MinMergedElements;
        return inputFlip != 0 || kernel.Type == TileType.BFloat16 || channels % kernel.ElementsPerStep != 0 || (!pointwise && !merges && channels < MinPointerElements);
    }

    private void Pack(void* weights, nint strideK, nint strideN)
    {
        for (int g = 0; g < _shape.Groups; g++)
        {
            nint first = g * _shape.GroupOutChannels * strideN;
            byte* target = _panels.Pointer + g * _layout.Bytes;
            switch (_kernel.ElementSize)
            {
                case 4: _layout.Pack((uint*)weights + first, strideK, strideN, (uint*)target); break;
                case 2: _layout.Pack((ushort*)weights + first, strideK, strideN, (ushort*)target); break;
                default: _layout.Pack((byte*)weights + first, strideK, strideN, target); break;
            }
        }
    }

    // One 4-byte value per output channel, each group padded to whole vectors.
    private NativeBuffer Columns(ReadOnlySpan<byte> values)
    {
        NativeBuffer buffer = new((long)PaddedColumns * 4);
        for (int g = 0; g < _shape.Groups && !values.IsEmpty; g++)
        {
            int bytes = _shape.GroupOutChannels * 4;
            values.Slice(g * bytes, bytes).CopyTo(new Span<byte>(buffer.Pointer + (nint)g * _layout.PaddedColumns * 4, bytes));
        }

        return buffer;
    }
}
