using System.Runtime.Intrinsics;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Attention;

public sealed unsafe partial class FlashAttention
{
    /// <summary>Some rows of one head.</summary>
    private void RunHead(in AttentionArguments a, int batch, int head, int firstRow, int endRow)
    {
        int keys = a.IsCausal ? Math.Min(a.Keys, endRow) : a.Keys, blockKeys = Math.Min(BlockKeys, HeadMemory.Padded(keys));
        int blocks = (keys + blockKeys - 1) / blockKeys, groupRows = TilesPerGroup * _kernel.NarrowRows;
        using Scratch.Frame frame = Scratch.Take(HeadMemory.Bytes(groupRows, blocks, blockKeys, a.Depth, a.ValueDepth));
        HeadMemory memory = new(frame.Pointer, groupRows, blocks, blockKeys, a.Depth, a.ValueDepth) { KeyCount = keys };
        memory.Pack(_kernel, a, batch, head / (a.Heads / a.KeyHeads));
        memory.SetStart(a, batch, head);
        TileSplit split = _kernel.Split(endRow - firstRow, _kernel.MaxVectors);
        for (int tile = 0; tile < split.Tiles;)
        {
            int count = split.Alike(tile, TilesPerGroup), row = firstRow + split.FirstRow(tile), size = split.RowsOf(tile);
            RunGroup(a, memory, new RowGroup(batch, head, row, Math.Min(count * size, endRow - row), count, size));
            tile += count;
        }
    }

    private void RunGroup(in AttentionArguments a, in HeadMemory memory, RowGroup group)
    {
        for (int i = 0; i < group.Tiles * group.TileRows; i++)
        {
            // Rows that do not exist repeat the first; the buffers have room for their results.
            memory.QueryRows[i] = (byte*)a.Query.At(group.Batch, group.Head, group.Row + (i < group.Rows ? i : 0));
        }

        new Span<float>(memory.Maxima, group.Rows).Fill(float.NegativeInfinity);
        new Span<float>(memory.Totals, group.Rows * SoftmaxRow.Totalled).Clear();
        int blockKeys = memory.ScoreStride, seen = a.IsCausal ? Math.Min(memory.KeyCount, group.Row + group.Rows) : memory.KeyCount;
        for (int first = 0; first < seen; first += blockKeys)
        {
            int block = first / blockKeys, count = Math.Min(blockKeys, memory.KeyCount - first);
            Multiply(group, new PanelLayout(_kernel, a.Depth, count), memory.Keys + block * memory.KeyBlock, memory.QueryRows, memory.ScoreRows, memory.Start + first, 1, false);
            Softmax(a, memory, group, first, count);
            Multiply(group, new PanelLayout(_kernel, count, a.ValueDepth), memory.Values + block * memory.ValueBlock, memory.ScoreRows, memory.SumRows, memory.Zeros, 0, first > 0);
        }

        Finish(a, memory, group);
    }

    /// <summary>Rows times packed panels, whole vectors; added to what the output holds, or to a start per column.</summary>
    private void Multiply(in RowGroup group, PanelLayout layout, float* panels, byte** rows, byte** outputs, float* start, int startStep, bool isSum)
    {
        for (int strip = 0; strip < layout.Strips; strip++)
        {
            int vectors = layout.StripVectors(strip), column = strip * layout.StripWidth;
            TileArguments arguments = new()
            {
                Rows = rows,
                Outputs = outputs,
                Residuals = outputs,
                OutputOffset = column * sizeof(float),
                ResidualOffset = column * sizeof(float),
                Tiles = group.Tiles,
                Taps = 1,
                Steps = layout.Steps,
                RowsPerTile = group.TileRows,
                Panel = (byte*)panels + layout.StripOffset(strip),
                Columns = vectors * _kernel.Lanes,
                Bias = (byte*)(start + startStep * column),
                Epilogue = (EpilogueData*)(isSum ? _sumsEpilogue : _productsEpilogue).Pointer,
            };
            (isSum ? _sums : _products).Invoke(&arguments, vectors);
        }
    }

    private void Softmax(in AttentionArguments a, in HeadMemory memory, in RowGroup group, int first, int count)
    {
        switch (_width)
        {
            case 512: Softmax<Simd512, Vector512<float>, Vector512<int>>(a, memory, group, first, count); break;
            case 256: Softmax<Simd256, Vector256<float>, Vector256<int>>(a, memory, group, first, count); break;
            default: Softmax<Simd128, Vector128<float>, Vector128<int>>(a, memory, group, first, count); break;
        }
    }

    private void Softmax<S, V, I>(in AttentionArguments a, in HeadMemory memory, in RowGroup group, int first, int count)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        int padded = HeadMemory.Padded(count), computed = (count + _kernel.Lanes - 1) / _kernel.Lanes * _kernel.Lanes;
        SoftmaxRow row = new() { Count = padded, Scale = a.Scale, IsFirst = first == 0, SumCount = memory.SumStride };
        for (int i = 0; i < group.Rows; i++)
        {
            row.Scores = memory.Scores + (nint)i * memory.ScoreStride;
            row.Totals = memory.Totals + (nint)i * SoftmaxRow.Totalled;
            row.Sums = memory.Sums + (nint)i * memory.SumStride;
            int visible = a.IsCausal ? Math.Clamp(group.Row + i + 1 - first, 0, count) : count;
            if (visible < count || computed < padded)
            {
                new Span<float>(row.Scores + visible, padded - visible).Fill(float.NegativeInfinity);
            }

            row.Mask = memory.MaskRow(a, group.Batch, group.Head, group.Row + i, first, count);
            OnlineSoftmax<S, V, I>.Block(row, ref memory.Maxima[i]);
        }
    }

    private void Finish(in AttentionArguments a, in HeadMemory memory, in RowGroup group)
    {
        for (int i = 0; i < group.Rows; i++)
        {
            float* sums = memory.Sums + (nint)i * memory.SumStride, totals = memory.Totals + (nint)i * SoftmaxRow.Totalled;
            float* output = a.Output.At(group.Batch, group.Head, group.Row + i);
            switch (_width)
            {
                case 512: OnlineSoftmax<Simd512, Vector512<float>, Vector512<int>>.Finish(sums, totals, output, a.ValueDepth); break;
                case 256: OnlineSoftmax<Simd256, Vector256<float>, Vector256<int>>.Finish(sums, totals, output, a.ValueDepth); break;
                default: OnlineSoftmax<Simd128, Vector128<float>, Vector128<int>>.Finish(sums, totals, output, a.ValueDepth); break;
            }
        }
    }

    /// <summary>Query rows that go through the blocks of keys together.</summary>
    private readonly record struct RowGroup(int Batch, int Head, int Row, int Rows, int Tiles, int TileRows);
}
