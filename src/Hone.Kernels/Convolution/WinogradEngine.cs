using System.Runtime.Intrinsics;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;
using Hone.Kernels.Threading;

namespace Hone.Kernels.Convolution;

/// <summary>
/// A 3 x 3 convolution of stride 1 by Winograd's method: blocks of output tiles are transformed, multiplied at every position by the tile
/// kernels, and
/// transformed back, all within the second-level cache; bias, residual and activation are applied on the way out.
/// </summary>
internal sealed unsafe class WinogradEngine : IDisposable
{
    private const int BlockBytes = 640 * 1024;
    private const int MinTiles = 12;
    private const int MaxTiles = 96;
    private const int StridePad = 16;

    private readonly ConvolutionShape _shape;
    private readonly TileKernel _kernel;
    private readonly TileFunctions _functions;
    private readonly PanelLayout _layout;
    private readonly NativeBuffer _panels;
    private readonly NativeBuffer _bias;
    private readonly NativeBuffer _zeros;
    private readonly NativeBuffer _plain;
    private readonly Activation _activation;
    private readonly EpilogueData _epilogue;
    private readonly int _m;
    private readonly int _width;

    /// <summary>Transforms and packs [out][3][3][in] weights.</summary>
    internal WinogradEngine(
        ConvolutionShape shape, int m, TileKernel kernel, ReadOnlySpan<float> weights, DenseEpilogue epilogue, KernelOptions options)
    {
        _shape = shape;
        _m = m;
        _kernel = kernel;
        _width = VectorWidth.For(options.Features);
        _activation = epilogue.Activation;
        _epilogue = epilogue.Data;
        _layout = new PanelLayout(kernel, shape.InChannels, shape.OutChannels);
        _panels = new NativeBuffer(_layout.Bytes * Positions);
        float[] transformed = WinogradWeights.Transform(m, weights, shape.InChannels, shape.OutChannels);
        fixed (float* u = transformed)
        {
            for (int i = 0; i < Positions; i++)
            {
                _layout.Pack(u + (nint)i * shape.OutChannels * shape.InChannels, 1, shape.InChannels, (float*)(_panels.Pointer + i * _layout.Bytes));
            }
        }

        _bias = new NativeBuffer((long)shape.OutChannels * sizeof(float));
        epilogue.Bias.CopyTo(new Span<byte>(_bias.Pointer, shape.OutChannels * sizeof(float)));
        _zeros = new NativeBuffer((long)Math.Max(shape.InChannels, kernel.Lanes * kernel.MaxVectors) * sizeof(float));
        _plain = new NativeBuffer(sizeof(EpilogueData));
        EpilogueData plain = new() { Kind = EpilogueKind.Float, Low = float.NegativeInfinity, High = float.PositiveInfinity };
        *(EpilogueData*)_plain.Pointer = plain;
        _functions = new TileFunctions(kernel, plain);
    }

    internal string KernelId => IdOf(_m, _kernel);

    internal long PackedBytes => _panels.Length;

    private int Size => _m + 2;

    private int Positions => Size * Size;

    internal static string IdOf(int m, TileKernel kernel) => $"f32-winograd{m}x{m}/{kernel.Id}";

    /// <summary>Output tile size for a shape and map, or 0 where the direct sum is to be taken.</summary>
    internal static int ChooseTile(
        ConvolutionShape shape, TileKernel kernel, int outputHeight, int outputWidth, Accuracy accuracy, KernelOptions options)
    {
        bool plain = shape is { KernelHeight: 3, KernelWidth: 3, StrideHeight: 1, StrideWidth: 1, DilationHeight: 1, DilationWidth: 1, Groups: 1 };
        int lanes = Math.Max(kernel.Lanes, VectorWidth.For(options.Features) / 32);
        bool wide = shape.InChannels >= 32 && shape.OutChannels >= 32 && shape.InChannels % lanes == 0 && shape.OutChannels % lanes == 0;
        if (!plain || !wide || kernel.Type != TileType.Float32 || accuracy == Accuracy.Exact || outputHeight < 4 || outputWidth < 4)
        {
            return 0;
        }

        int smallest = accuracy == Accuracy.Fast ? 8 : 12;
        return outputHeight >= smallest && outputWidth >= smallest ? 4 : 2;
    }

    public void Dispose()
    {
        _panels.Dispose();
        _bias.Dispose();
        _zeros.Dispose();
        _plain.Dispose();
    }

    internal void Run(in DenseCall call)
    {
        int height = _shape.OutputHeight(call.Height), width = _shape.OutputWidth(call.Width);
        int tilesY = (height + _m - 1) / _m, tilesX = (width + _m - 1) / _m;
        int tiles = checked(call.Batch * tilesY * tilesX);
        if (tiles == 0)
        {
            return;
        }

        int perTile = Positions * (_shape.InChannels + _shape.OutChannels) * sizeof(float);
        int perBlock = Math.Clamp(BlockBytes / perTile, MinTiles, MaxTiles);
        int threads = Calls.Threads(call, (double)tiles * Positions * _shape.InChannels * _shape.OutChannels);
        int stripGroups = 1;
        if (threads > 1)
        {
            // Few tiles: shared out by output channels, each part transforms the data for itself.
            if (tiles < threads * MinTiles)
            {
                stripGroups = Math.Min(threads, _layout.Strips);
            }
            else
            {
                perBlock = Math.Clamp((tiles + 3 * threads - 1) / (3 * threads), MinTiles, perBlock);
            }
        }

        int blocks = (tiles + perBlock - 1) / perBlock;
        perBlock = (tiles + blocks - 1) / blocks;
        Job job = new()
        {
            Engine = this, Call = call, Height = height, Width = width, TilesY = tilesY, TilesX = tilesX, Tiles = tiles, PerBlock = perBlock,
            Blocks = blocks, StripGroups = stripGroups,
        };
        call.Pool.Run(ref job, blocks * stripGroups, threads);
    }

    private struct Job : IParallelJob
    {
        internal WinogradEngine Engine;
        internal DenseCall Call;
        internal int Height;
        internal int Width;
        internal int TilesY;
        internal int TilesX;
        internal int Tiles;
        internal int PerBlock;
        internal int Blocks;
        internal int StripGroups;

        public readonly void Execute(int item)
        {
            switch (Engine._width)
            {
                case 512: Engine.RunBlock<Simd512, Vector512<float>, Vector512<int>>(in this, item % Blocks, item / Blocks); break;
                case 256: Engine.RunBlock<Simd256, Vector256<float>, Vector256<int>>(in this, item % Blocks, item / Blocks); break;
                default: Engine.RunBlock<Simd128, Vector128<float>, Vector128<int>>(in this, item % Blocks, item / Blocks); break;
            }
        }
    }

    private void RunBlock<S, V, I>(in Job job, int block, int stripGroup)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        int first = block * job.PerBlock, tiles = Math.Min(job.PerBlock, job.Tiles - first);
        TileSplit split = _kernel.Split(tiles, _layout.StripVectors(0));
        int slots = split.FirstRow(split.Tiles);
        int firstStrip = _layout.Strips * stripGroup / job.StripGroups, endStrip = _layout.Strips * (stripGroup + 1) / job.StripGroups;
        int firstColumn = firstStrip * _layout.StripWidth, columns = Math.Min(_layout.Columns, endStrip * _layout.StripWidth) - firstColumn;

        // Strides that are no multiple of a page: positions would fall into the same sets of the cache.
        nint dataStride = (nint)slots * _shape.InChannels + StridePad, sumStride = (nint)slots * columns + StridePad;
        long floats = Positions * (dataStride + sumStride) + columns + 2L * 6 * 6 * S.Count;
        using Scratch.Frame frame = Scratch.Take(floats * sizeof(float) + 2L * slots * sizeof(byte*) + Positions * sizeof(byte*));
        float* data = (float*)frame.Pointer, sums = data + Positions * dataStride, temporary = sums + Positions * sumStride, dump = temporary + 2 * 6 * 6 * S.Count;
        byte** rows = (byte**)(dump + columns), outputs = rows + slots, pixels = outputs + slots;

        for (int t = 0; t < tiles; t++)
        {
            TransformData<S, V, I>(job, first + t, data + (nint)t * _shape.InChannels, dataStride, temporary, pixels);
        }

        for (int position = 0; position < Positions; position++)
        {
            Multiply(data + position * dataStride, sums + position * sumStride, dump, position, tiles, split, firstStrip, endStrip, columns, rows, outputs);
        }

        for (int t = 0; t < tiles; t++)
        {
            TransformSums<S, V, I>(job, first + t, sums + (nint)t * columns, sumStride, temporary, firstColumn, columns);
        }
    }

    private void TransformData<S, V, I>(in Job job, int tile, float* target, nint targetStride, float* temporary, byte** pixels)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        (int image, int y, int x) = Locate(job, tile);
        int size = Size, firstY = y - _shape.PadTop, firstX = x - _shape.PadLeft;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                bool inside = (uint)(firstY + i) < (uint)job.Call.Height && (uint)(firstX + j) < (uint)job.Call.Width;
                nint pixel = ((nint)image * job.Call.Height + firstY + i) * job.Call.Width + firstX + j;
                pixels[i * size + j] = inside ? job.Call.Input + pixel * job.Call.InputStride : _zeros.Pointer;
            }
        }

        float* loaded = temporary, half = temporary + size * size * S.Count;
        for (int c = 0; c < _shape.InChannels; c += S.Count)
        {
            for (int i = 0; i < size * size; i++)
            {
                S.Store(S.Load((float*)pixels[i] + c), loaded + i * S.Count);
            }

            for (int j = 0; j < size; j++)
            {
                Lines<S, V, I>(_m, loaded + j * S.Count, size * S.Count, half + j * S.Count, size * S.Count);
            }

            for (int i = 0; i < size; i++)
            {
                float* line = loaded;
                Lines<S, V, I>(_m, half + i * size * S.Count, S.Count, line, S.Count);
                for (int j = 0; j < size; j++)
                {
                    S.Store(S.Load(line + j * S.Count), target + (i * size + j) * targetStride + c);
                }
            }
        }
    }

    // Two calls with constants, so that each is compiled for its own size.
    private static void Lines<S, V, I>(int m, float* source, int sourceStep, float* target, int targetStep)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        if (m == 2)
        {
            Winograd<S, V, I>.Data(2, source, sourceStep, target, targetStep);
        }
        else
        {
            Winograd<S, V, I>.Data(4, source, sourceStep, target, targetStep);
        }
    }

    private void Multiply(
        float* data, float* sums, float* dump, int position, int tiles, TileSplit split, int firstStrip, int endStrip, int columns, byte** rows, byte** outputs)
    {
        int slots = split.FirstRow(split.Tiles), shortTiles = split.Tiles - split.LongTiles;
        for (int i = 0; i < slots; i++)
        {
            rows[i] = (byte*)(data + (nint)(i < tiles ? i : 0) * _shape.InChannels);
            outputs[i] = (byte*)(i < tiles ? sums + (nint)i * columns : dump);
        }

        for (int strip = firstStrip; strip < endStrip; strip++)
        {
            TileArguments arguments = new()
            {
                Rows = rows,
                Outputs = outputs,
                Tiles = split.LongTiles,
                Taps = 1,
                Steps = _layout.Steps,
                RowsPerTile = split.Rows,
                Panel = _panels.Pointer + position * _layout.Bytes + _layout.StripOffset(strip),
                Columns = _layout.StripColumns(strip),
                OutputOffset = (nint)(strip - firstStrip) * _layout.StripWidth * sizeof(float),
                Bias = _zeros.Pointer,
                Epilogue = (EpilogueData*)_plain.Pointer,
            };
            byte* next = _panels.Pointer + (strip + 1 < endStrip ? position * _layout.Bytes + _layout.StripOffset(strip + 1) : (position + 1) * _layout.Bytes + _layout.StripOffset(firstStrip));
            if (shortTiles > 0)
            {
                _functions.Invoke(&arguments, _layout.StripVectors(strip));
                arguments.Rows = rows + split.LongTiles * split.Rows;
                arguments.Tiles = shortTiles;
                arguments.RowsPerTile = split.Rows - 1;
            }

            _functions.InvokeAndFetch(&arguments, _layout.StripVectors(strip), next);
        }
    }

    private void TransformSums<S, V, I>(in Job job, int tile, float* source, nint sourceStride, float* temporary, int firstColumn, int columns)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        (int image, int y, int x) = Locate(job, tile);
        int size = Size, height = Math.Min(_m, job.Height - y), width = Math.Min(_m, job.Width - x);
        nint firstPixel = ((nint)image * job.Height + y) * job.Width + x;
        V low = S.Create(_epilogue.Low), high = S.Create(_epilogue.High);
        float* half = temporary, done = temporary + size * size * S.Count;
        for (int c = 0; c < columns; c += S.Count)
        {
            for (int j = 0; j < size; j++)
            {
                // Down the columns of positions: [size][size] to [m][size].
                if (_m == 2)
                {
                    Winograd<S, V, I>.Output(2, source + j * sourceStride + c, size * sourceStride, half + j * S.Count, size * S.Count);
                }
                else
                {
                    Winograd<S, V, I>.Output(4, source + j * sourceStride + c, size * sourceStride, half + j * S.Count, size * S.Count);
                }
            }

            V bias = S.Load((float*)_bias.Pointer + firstColumn + c);
            for (int i = 0; i < height; i++)
            {
                if (_m == 2)
                {
                    Winograd<S, V, I>.Output(2, half + i * size * S.Count, S.Count, done, S.Count);
                }
                else
                {
                    Winograd<S, V, I>.Output(4, half + i * size * S.Count, S.Count, done, S.Count);
                }

                for (int j = 0; j < width; j++)
                {
                    nint pixel = firstPixel + (nint)i * job.Width + j;
                    V value = S.Add(S.Load(done + j * S.Count), bias);
                    if (job.Call.Residual is not null)
                    {
                        value = S.Add(value, S.Load((float*)(job.Call.Residual + pixel * job.Call.ResidualStride) + firstColumn + c));
                    }

                    S.Store(S.Min(high, S.Max(low, value)), (float*)(job.Call.Output + pixel * job.Call.OutputStride) + firstColumn + c);
                }
            }
        }

        if (_activation.Operation != UnaryOperation.Identity)
        {
            for (int i = 0; i < height * width; i++)
            {
                nint pixel = firstPixel + (nint)(i / width) * job.Width + i % width;
                float* values = (float*)(job.Call.Output + pixel * job.Call.OutputStride) + firstColumn;
                Unary.Run(_activation, values, values, columns);
            }
        }
    }

    private (int Image, int Y, int X) Locate(in Job job, int tile)
    {
        int x = tile % job.TilesX, rest = tile / job.TilesX;
        return (rest / job.TilesY, rest % job.TilesY * _m, x * _m);
    }
}
