using Hone.Kernels.Elementwise;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;
using Hone.Kernels.Threading;

namespace Hone.Kernels.Convolution;

/// <summary>How a run is shared out and what one item does.</summary>
internal sealed unsafe partial class DenseEngine
{
    private const int MaxTilesPerBlock = 48;
    private const int MaxWholeBytes = 448 * 1024;
    private const int MaxRowBytes = 192 * 1024;
    private const int MaxGatherBytes = 16 * 1024;
    private const int MaxTableBytes = 24 * 1024;
    private const int ItemsPerThread = 4;

    /// <summary>Computes a whole output map.</summary>
    internal void Run(in DenseCall call)
    {
        int height = _shape.OutputHeight(call.Height), width = _shape.OutputWidth(call.Width);
        Run(call, height, width, new OutputMap(height, width, 1, 1, 0, 0));
    }

    /// <summary>Computes a map of the given size and scatters it.</summary>
    internal void Run(in DenseCall call, int height, int width, OutputMap map)
    {
        long rows = (long)call.Batch * height * width;
        if (rows == 0)
        {
            return;
        }

        bool mergesColumns = CanMergeColumns(call);
        int taps = mergesColumns ? _shape.KernelHeight : _taps;
        TileSplit split = Split(checked((int)rows), taps);
        int rowsPerTile = split.Rows, tiles = split.Tiles;
        int threads = Calls.Threads(call, (double)rows * _shape.Depth * _shape.OutChannels);

        // The rows of a block stay in the second-level cache while strip after strip goes over them (gathered for one strip, in the first),
        // their table
        // in the first.
        long rowBytes = _interleaves ? WindowStep : (long)_layout.PaddedDepth * _kernel.ElementSize;
        long tileBytes = Math.Max(1, rowsPerTile * rowBytes / (_gathers ? 1 : Math.Max(1, _taps / 3)));
        long fitting = Math.Min((_gathers && _layout.Strips == 1 ? MaxGatherBytes : MaxRowBytes) / tileBytes, MaxTableBytes / ((long)rowsPerTile * (taps + 2) * sizeof(byte*)));
        int tilesPerBlock = (int)Math.Clamp(fitting, 1, MaxTilesPerBlock);
        if (taps == 1 && tiles <= MaxTilesPerBlock && rows * _pieceSteps * _kernel.ElementsPerStep * _kernel.ElementSize <= MaxWholeBytes)
        {
            // All rows fit beside the panel of a strip: the weights are read once.
            tilesPerBlock = tiles;
        }

        int strips = _layout.Strips, groups = _shape.Groups, stripsPerItem = strips;
        if (threads > 1)
        {
            long wanted = (long)threads * ItemsPerThread;
            if ((long)tiles * groups < wanted * 2)
            {
                long parts = Math.Min(strips, (wanted + (long)tiles * groups - 1) / ((long)tiles * groups) * 2);
                stripsPerItem = (int)((strips + parts - 1) / parts);
            }

            int stripGroups = (strips + stripsPerItem - 1) / stripsPerItem;
            long blocks = Math.Max(1, (wanted + groups * stripGroups - 1) / (groups * stripGroups));
            tilesPerBlock = (int)Math.Clamp((tiles + blocks - 1) / blocks, 1, tilesPerBlock);
        }

        // Blocks of equal size: a short last one would read all weights for few rows.
        int count = (tiles + tilesPerBlock - 1) / tilesPerBlock;
        tilesPerBlock = (tiles + count - 1) / count;

        Job job = new()
        {
            Engine = this,
            Call = call,
            Map = map,
            Height = height,
            Width = width,
            Rows = rows,
            Split = split,
            Taps = taps,
            MergesColumns = mergesColumns,
            TilesPerBlock = tilesPerBlock,
            StripsPerItem = stripsPerItem,
            StripGroups = (strips + stripsPerItem - 1) / stripsPerItem,
            Blocks = (tiles + tilesPerBlock - 1) / tilesPerBlock,
        };
        call.Pool.Run(ref job, checked(job.Blocks * job.StripGroups * groups), threads);
    }

    private struct Job : IParallelJob
    {
        internal DenseEngine Engine;
        internal DenseCall Call;
        internal OutputMap Map;
        internal int Height;
        internal int Width;
        internal long Rows;
        internal TileSplit Split;
        internal int Taps;
        internal bool MergesColumns;
        internal int TilesPerBlock;
        internal int StripsPerItem;
        internal int StripGroups;
        internal int Blocks;

        // Of all tiles if there are several taps; with one, the rows of tiles follow each other whatever their sizes.
        internal readonly int RowsPerTile => Split.Rows;

        // Neighbouring items share their rows' weights: blocks run fastest.
        public readonly void Execute(int item)
        {
            int block = item % Blocks, rest = item / Blocks;
            Engine.RunBlock(in this, block, rest % StripGroups, rest / StripGroups);
        }
    }

    private void RunBlock(in Job job, int block, int stripGroup, int group)
    {
        int mr = job.RowsPerTile, firstTile = block * job.TilesPerBlock, endTile = Math.Min(firstTile + job.TilesPerBlock, job.Split.Tiles);
        int first = job.Split.FirstRow(firstTile), slots = job.Split.FirstRow(endTile) - first, rows = (int)Math.Min(job.Rows - first, slots);
        int firstStrip = stripGroup * job.StripsPerItem, endStrip = Math.Min(firstStrip + job.StripsPerItem, _layout.Strips);
        if (_strides && job.Map.IsDense)
        {
            RunStridedBlock(job, group, first, rows, firstStrip, endStrip);
            return;
        }

        BlockTiles tiles = new(Math.Clamp(job.Split.LongTiles - firstTile, 0, endTile - firstTile), endTile - firstTile, mr);
        int depthBytes = _layout.PaddedDepth * _kernel.ElementSize;
        bool addsResidual = job.Call.Residual is not null;

        long pointers = (long)slots * (job.Taps + 2) * sizeof(byte*);
        int dump = _layout.PaddedColumns * Math.Max(_outputSize, _residualSize);
        long gathered = _interleaves ? InterleavedBytes(rows, (rows - 1) / job.Width + 2) : _gathers ? (long)slots * depthBytes + 64 : BorderBytes(job, rows);
        using Scratch.Frame frame = Scratch.Take(pointers + dump + gathered + 64 + LinesBytes(job));
        byte** sources = (byte**)frame.Pointer;
        byte** outputs = sources + (nint)slots * job.Taps;
        byte** residuals = outputs + slots;
        byte* dumpRow = (byte*)(((nint)(residuals + slots) + 63) & ~63);
        byte* gather = dumpRow + dump;

        if (_isPointwise && job.Map.IsDense)
        {
            PointRows(job.Call, group, first, rows, sources, outputs, residuals);
        }
        else
        {
            PrepareRows(job, group, first, rows, sources, outputs, residuals, gather, gather + gathered);
        }

        for (int i = rows; i < slots; i++)
        {
            CopyPointers(sources, tiles.Count - 1, i % mr, mr, job.Taps);
            outputs[i] = dumpRow;
            residuals[i] = addsResidual ? residuals[0] : null;
        }

        RunStrips(job, group, firstStrip, endStrip, tiles, sources, outputs, addsResidual ? residuals : null);
        if (_activation.Operation != UnaryOperation.Identity)
        {
            int column = firstStrip * _layout.StripWidth;
            int count = Math.Min(_layout.Columns, endStrip * _layout.StripWidth) - column;
            for (int i = 0; i < rows; i++)
            {
                float* row = (float*)outputs[i] + column;
                Unary.Run(_activation, row, row, count);
            }
        }
    }
}
