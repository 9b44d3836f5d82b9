using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;

namespace Hone.Kernels.Attention;

public sealed unsafe partial class FlashAttention
{
    private const int Lanes = 16;

    /// <summary>Some rows of one head.</summary>
    private void RunHead(in AttentionArguments a, int batch, int head, int firstRow, int endRow)
    {
        int keyHead = head / (a.Heads / a.KeyHeads), keys = a.IsCausal ? Math.Min(a.Keys, endRow) : a.Keys;
        int blocks = (keys + BlockKeys - 1) / BlockKeys, groupRows = TilesPerGroup * _kernel.NarrowRows;
        int paddedDepth = Padded(a.ValueDepth), paddedKeys = Padded(BlockKeys);
        long keyFloats = (long)paddedKeys * a.Depth, valueFloats = (long)paddedDepth * BlockKeys;
        using Scratch.Frame frame = Scratch.Take(
            sizeof(float) * ((blocks * (keyFloats + valueFloats)) + ((long)groupRows * (paddedKeys + paddedKeys + paddedDepth + 2)) + paddedDepth + paddedKeys)
            + (3L * groupRows * sizeof(byte*)));
        Head work = new()
        {
            Keys = (float*)frame.Pointer,
            Values = (float*)frame.Pointer + blocks * keyFloats,
            KeyFloats = (nint)keyFloats,
            ValueFloats = (nint)valueFloats,
            KeyCount = keys,
            ScoreStride = paddedKeys,
            SumStride = paddedDepth,
        };
        work.Scores = work.Values + blocks * valueFloats;
        work.Mask = work.Scores + (nint)groupRows * paddedKeys;
        work.Sums = work.Mask + (nint)groupRows * paddedKeys;
        work.Zeros = work.Sums + (nint)groupRows * paddedDepth;
        work.Maxima = work.Zeros + paddedDepth + paddedKeys;
        work.Totals = work.Maxima + groupRows;
        work.Rows = (byte**)(work.Totals + groupRows);
        new Span<float>(work.Zeros, paddedDepth + paddedKeys).Clear();
        for (int block = 0; block < blocks; block++)
        {
            int first = block * BlockKeys, count = Math.Min(BlockKeys, keys - first);
            new PanelLayout(_kernel, a.Depth, count).Pack(a.Key.At(batch, keyHead, first), 1, a.Key.RowStride, work.Keys + block * work.KeyFloats);
            new PanelLayout(_kernel, count, a.ValueDepth).Pack(a.Value.At(batch, keyHead, first), a.Value.RowStride, 1, work.Values + block * work.ValueFloats);
        }

        int step = TilesPerGroup * _kernel.MaxRows;
        for (int row = firstRow; row < endRow; row += step)
        {
            RunRows(a, work, batch, head, row, Math.Min(step, endRow - row));
        }
    }

    private void RunRows(in AttentionArguments a, in Head work, int batch, int head, int row, int rows)
    {
        new Span<float>(work.Maxima, rows).Fill(float.NegativeInfinity);
        new Span<float>(work.Totals, rows).Clear();
        new Span<float>(work.Sums, TilesPerGroup * _kernel.NarrowRows * work.SumStride).Clear();
        int seen = a.IsCausal ? Math.Min(work.KeyCount, row + rows) : work.KeyCount;
        for (int first = 0; first < seen; first += BlockKeys)
        {
            int block = first / BlockKeys, count = Math.Min(BlockKeys, work.KeyCount - first), padded = Padded(count);
            Multiply(work, new PanelLayout(_kernel, a.Depth, count), _scores, _scoresEpilogue, work.Keys + block * work.KeyFloats, rows,
                (byte*)a.Query.At(batch, head, row), a.Query.RowStride, work.Scores, work.ScoreStride);
            for (int i = 0; i < rows; i++)
            {
                float* scores = work.Scores + (nint)i * work.ScoreStride;
                int visible = a.IsCausal ? Math.Clamp(row + i + 1 - first, 0, count) : count;
                new Span<float>(scores + visible, padded - visible).Fill(float.NegativeInfinity);
                float* mask = MaskRow(a, work, batch, head, row + i, i, first, count, padded);
                float factor = Softmax(scores, padded, a.Scale, mask, ref work.Maxima[i], ref work.Totals[i]);
                if (factor != 1)
                {
                    float* sums = work.Sums + (nint)i * work.SumStride;
                    Multiply(sums, sums, work.SumStride, factor);
                }
            }

            Multiply(work, new PanelLayout(_kernel, count, a.ValueDepth), _sums, _sumsEpilogue, work.Values + block * work.ValueFloats, rows,
                (byte*)work.Scores, work.ScoreStride, work.Sums, work.SumStride);
        }

        for (int i = 0; i < rows; i++)
        {
            Multiply(work.Sums + (nint)i * work.SumStride, a.Output.At(batch, head, row + i), a.ValueDepth, 1 / work.Totals[i]);
        }
    }

    /// <summary>Rows times packed panels; with the second epilogue added to what the output holds.</summary>
    private void Multiply(
        in Head work, PanelLayout layout, TileFunctions functions, NativeBuffer epilogue, float* panels, int rows, byte* source, nint sourceStride, float* target, nint targetStride)
    {
        for (int strip = 0; strip < layout.Strips; strip++)
        {
            int vectors = layout.StripVectors(strip), tileRows = _kernel.ChooseRows(rows, vectors), tiles = (rows + tileRows - 1) / tileRows;
            byte** outputs = work.Rows + tiles * tileRows;
            for (int i = 0; i < tiles * tileRows; i++)
            {
                // Rows that do not exist repeat the first; the buffers have room for their results.
                work.Rows[i] = source + (i < rows ? i : 0) * sourceStride * sizeof(float);
                outputs[i] = (byte*)(target + i * targetStride + strip * layout.StripWidth);
            }

            TileArguments arguments = new()
            {
                Rows = work.Rows,
                Outputs = outputs,
                Residuals = outputs,
                Tiles = tiles,
                Taps = 1,
                Steps = layout.Steps,
                RowsPerTile = tileRows,
                Panel = (byte*)panels + layout.StripOffset(strip),
                Columns = _kernel.NeedsWholeVectors ? vectors * _kernel.Lanes : layout.StripColumns(strip),
                Bias = (byte*)work.Zeros,
                Epilogue = (EpilogueData*)epilogue.Pointer,
            };
            functions.Invoke(&arguments, vectors);
        }
    }

    /// <summary>The mask of a row and block with minus infinity behind its end, or null where there is none.</summary>
    private static float* MaskRow(in AttentionArguments a, in Head work, int batch, int head, int row, int index, int first, int count, int padded)
    {
        if (a.Mask.Address is null && a.ByteMask is null)
        {
            return null;
        }

        bool repeats = a.Mask.RowStride == 0;
        float* target = work.Mask + (repeats ? 0 : (nint)index * work.ScoreStride);
        if (repeats && index > 0)
        {
            return target;
        }

        nint offset = a.Mask.Offset(batch, head, row) + first;
        if (a.ByteMask is null)
        {
            new Span<float>(a.Mask.Address + offset, count).CopyTo(new Span<float>(target, count));
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                target[i] = a.ByteMask[offset + i] != 0 ? 0 : float.NegativeInfinity;
            }
        }

        new Span<float>(target + count, padded - count).Clear();
        return target;
    }

    private static int Padded(int count) => (count + Lanes - 1) / Lanes * Lanes;

    /// <summary>Memory of one head.</summary>
    private struct Head
    {
        internal float* Keys;
        internal float* Values;
        internal float* Scores;
        internal float* Mask;
        internal float* Sums;
        internal float* Zeros;
        internal float* Maxima;
        internal float* Totals;
        internal byte** Rows;
        internal nint KeyFloats;
        internal nint ValueFloats;
        internal int KeyCount;
        internal int ScoreStride;
        internal int SumStride;
    }
}
