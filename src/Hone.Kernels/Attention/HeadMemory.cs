using Hone.Kernels.Gemm;

namespace Hone.Kernels.Attention;

/// <summary>Scratch memory of one head: its packed keys and values, and what a group of query rows needs.</summary>
internal unsafe struct HeadMemory
{
    /// <summary>Panels of the keys, block after block.</summary>
    internal float* Keys;

    /// <summary>Panels of the values, block after block; where the values lie like panels, the values themselves.</summary>
    internal float* Values;

    /// <summary>[blocks * keys of a block] what the scores start with: 0 or the mask where all rows share it, minus infinity where there is no key.</summary>
    internal float* Start;

    /// <summary>[rows][<see cref="ScoreStride"/>] scores, then weights.</summary>
    internal float* Scores;

    /// <summary>[<see cref="ScoreStride"/>] one row of the mask.</summary>
    internal float* Mask;

    /// <summary>[rows][<see cref="SumStride"/>] weighted values.</summary>
    internal float* Sums;

    /// <summary>[rows][<see cref="SoftmaxRow.Totalled"/>] sums of weights.</summary>
    internal float* Totals;

    /// <summary>[rows] greatest scores.</summary>
    internal float* Maxima;

    internal float* Zeros;

    /// <summary>[rows] addresses of query rows.</summary>
    internal byte** QueryRows;

    /// <summary>[rows] addresses of rows of <see cref="Scores"/>.</summary>
    internal byte** ScoreRows;

    /// <summary>[rows] addresses of rows of <see cref="Sums"/>.</summary>
    internal byte** SumRows;

    /// <summary>Floats of a block of <see cref="Keys"/> and of <see cref="Values"/>.</summary>
    internal nint KeyBlock;
    internal nint ValueBlock;

    internal int KeyCount;
    internal int ScoreStride;
    internal int SumStride;

    /// <summary>True where every row has a mask of its own.</summary>
    internal bool HasRowMask;

    private const int Lanes = 16;

    internal static int Padded(int count) => (count + Lanes - 1) / Lanes * Lanes;

    /// <summary>Bytes for a head.</summary>
    internal static long Bytes(int rows, int blocks, int blockKeys, int depth, int valueDepth)
    {
        long sums = Padded(valueDepth), row = blockKeys + sums + SoftmaxRow.Totalled + 1;
        return sizeof(float) * ((long)blocks * blockKeys * (depth + sums + 1) + rows * row + blockKeys + sums + Lanes) + 3L * rows * sizeof(byte*);
    }

    /// <summary>Divides memory of <see cref="Bytes"/>.</summary>
    internal HeadMemory(byte* memory, int rows, int blocks, int blockKeys, int depth, int valueDepth)
    {
        ScoreStride = blockKeys;
        SumStride = Padded(valueDepth);
        KeyBlock = (nint)blockKeys * depth;
        ValueBlock = (nint)blockKeys * SumStride;
        Keys = (float*)memory;
        Values = Keys + blocks * KeyBlock;
        Start = Values + blocks * ValueBlock;
        Scores = Start + (nint)blocks * blockKeys;
        Mask = Scores + (nint)rows * blockKeys;
        Sums = Mask + blockKeys;
        Totals = Sums + (nint)rows * SumStride;
        Zeros = Totals + (nint)rows * SoftmaxRow.Totalled;
        Maxima = Zeros + SumStride;
        QueryRows = (byte**)(Maxima + Padded(rows));
        ScoreRows = QueryRows + rows;
        SumRows = ScoreRows + rows;
        new Span<float>(Zeros, SumStride).Clear();
        for (int i = 0; i < rows; i++)
        {
            ScoreRows[i] = (byte*)(Scores + (nint)i * ScoreStride);
            SumRows[i] = (byte*)(Sums + (nint)i * SumStride);
        }
    }

    /// <summary>Packs the keys and values.</summary>
    internal void Pack(TileKernel kernel, in AttentionArguments a, int batch, int keyHead)
    {
        int blockKeys = ScoreStride, blocks = (KeyCount + blockKeys - 1) / blockKeys;
        PanelLayout whole = new(kernel, blockKeys, a.ValueDepth);
        float* values = a.Value.At(batch, keyHead, 0);
        bool isPanel = whole.Strips == 1 && whole.PaddedColumns == a.ValueDepth && a.Value.RowStride == a.ValueDepth && (nint)values % (Lanes * sizeof(float)) == 0;
        for (int block = 0; block < blocks; block++)
        {
            int first = block * blockKeys, count = Math.Min(blockKeys, KeyCount - first);
            new PanelLayout(kernel, a.Depth, count).Pack(a.Key.At(batch, keyHead, first), 1, a.Key.RowStride, Keys + block * KeyBlock);
            if (!isPanel)
            {
                new PanelLayout(kernel, count, a.ValueDepth).Pack(a.Value.At(batch, keyHead, first), a.Value.RowStride, 1, Values + block * ValueBlock);
            }
        }

        if (isPanel)
        {
            Values = values;
            ValueBlock = (nint)blockKeys * a.ValueDepth;
        }
    }

    /// <summary>Sets what the scores of a query head start with.</summary>
    internal void SetStart(in AttentionArguments a, int batch, int head)
    {
        bool isMasked = a.Mask.Address is not null || a.ByteMask is not null;
        HasRowMask = isMasked && a.Mask.RowStride != 0;
        nint offset = isMasked ? a.Mask.Offset(batch, head, 0) : 0;
        if (!isMasked || HasRowMask)
        {
            new Span<float>(Start, KeyCount).Clear();
        }
        else if (a.ByteMask is not null)
        {
            AddedMask(a.ByteMask + offset, Start, KeyCount);
        }
        else
        {
            // The scale comes after; what is finite stays finite.
            for (int i = 0; i < KeyCount; i++)
            {
                float mask = a.Mask.Address[offset + i], start = mask / a.Scale;
                Start[i] = float.IsFinite(mask) ? Math.Clamp(start, -float.MaxValue, float.MaxValue) : start;
            }
        }

        new Span<float>(Start + KeyCount, Padded(KeyCount) - KeyCount).Fill(float.NegativeInfinity);
    }

    /// <summary>The mask of a row and block, with zeros behind its end, or null where rows have none of their own.</summary>
    internal readonly float* MaskRow(in AttentionArguments a, int batch, int head, int row, int first, int count)
    {
        if (!HasRowMask)
        {
            return null;
        }

        nint offset = a.Mask.Offset(batch, head, row) + first;
        if (a.ByteMask is not null)
        {
            AddedMask(a.ByteMask + offset, Mask, count);
        }
        else if (count % Lanes == 0)
        {
            return a.Mask.Address + offset;
        }
        else
        {
            new Span<float>(a.Mask.Address + offset, count).CopyTo(new Span<float>(Mask, count));
        }

        new Span<float>(Mask + count, Padded(count) - count).Clear();
        return Mask;
    }

    private static void AddedMask(byte* bytes, float* mask, int count)
    {
        for (int i = 0; i < count; i++)
        {
            mask[i] = bytes[i] != 0 ? 0 : float.NegativeInfinity;
        }
    }
}
