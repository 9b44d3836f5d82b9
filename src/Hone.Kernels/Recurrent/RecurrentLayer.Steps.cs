using Hone.Kernels.Memory;
using Hone.Kernels.Quantization;

namespace Hone.Kernels.Recurrent;

public sealed unsafe partial class RecurrentLayer
{
    private long ProjectionBytes(int steps, int batch) => Align((long)steps * batch * _shape.Columns * sizeof(float));

    private long StateBytes(int batch) => Align((long)batch * _shape.PaddedHidden * sizeof(float));

    private long CodeBytes(int steps, int batch) => _directions[0].IsQuantized ? Align(((long)steps * batch * _shape.InputSize) + 64) : 0;

    private static long Align(long bytes) => (bytes + 63) & ~63L;

    private float* Projection(in RecurrentArguments a, int direction) => (float*)(a.Scratch + direction * (ProjectionBytes(a.Steps, a.Batch) + (4 * StateBytes(a.Batch))));

    /// <summary>The states of a direction: 0 and 1 hidden, in turn the old and the new one; 2 cell; 3 the reset hidden state.</summary>
    private float* State(in RecurrentArguments a, int direction, int which) =>
        (float*)((byte*)Projection(a, direction) + ProjectionBytes(a.Steps, a.Batch) + which * StateBytes(a.Batch));

    /// <summary>The inputs as they are multiplied: themselves, or their codes behind the states of the last direction.</summary>
    private byte* Quantize(in RecurrentArguments a, out float scale, out int zeroPoint)
    {
        (scale, zeroPoint) = (1, 0);
        if (!_directions[0].IsQuantized)
        {
            return (byte*)a.Input;
        }

        byte* codes = (byte*)Projection(a, Directions);
        nint count = (nint)a.Steps * a.Batch * _shape.InputSize;
        (float min, float max) = QuantizeLinear.Range(a.Input, count);
        (scale, zeroPoint) = QuantizeLinear.Parameters(min, max);
        QuantizeLinear.Quantize(a.Input, codes, count, scale, zeroPoint);
        return codes;
    }

    private static int Length(in RecurrentArguments a, int entry) => a.Lengths is null ? a.Steps : Math.Clamp(a.Lengths[entry], 0, a.Steps);

    private void Begin(in RecurrentArguments a, int direction)
    {
        int hidden = _shape.HiddenSize, padded = _shape.PaddedHidden;
        new Span<byte>(State(a, direction, 0), checked((int)(4 * StateBytes(a.Batch)))).Clear();
        for (int entry = 0; entry < a.Batch; entry++)
        {
            nint source = (nint)(direction * a.StateDirectionStride + entry * a.StateBatchStride);
            if (a.InitialHidden is not null)
            {
                new Span<float>(a.InitialHidden + source, hidden).CopyTo(new Span<float>(State(a, direction, 0) + (nint)entry * padded, hidden));
            }

            if (a.InitialCell is not null)
            {
                new Span<float>(a.InitialCell + source, hidden).CopyTo(new Span<float>(State(a, direction, 2) + (nint)entry * padded, hidden));
            }

            for (int step = Length(a, entry); step < a.Steps && a.Output is not null; step++)
            {
                new Span<float>(a.Output + step * a.OutputStepStride + entry * a.OutputBatchStride + direction * a.OutputDirectionStride, hidden).Clear();
            }
        }
    }

    private void End(in RecurrentArguments a, int direction)
    {
        int hidden = _shape.HiddenSize, padded = _shape.PaddedHidden;
        float* last = State(a, direction, a.Steps & 1);
        for (int entry = 0; entry < a.Batch; entry++)
        {
            nint target = (nint)(direction * a.StateDirectionStride + entry * a.StateBatchStride);
            if (a.LastHidden is not null)
            {
                new Span<float>(last + (nint)entry * padded, hidden).CopyTo(new Span<float>(a.LastHidden + target, hidden));
            }

            if (a.LastCell is not null)
            {
                new Span<float>(State(a, direction, 2) + (nint)entry * padded, hidden).CopyTo(new Span<float>(a.LastCell + target, hidden));
            }
        }
    }

    /// <summary>One step of some blocks of all sequences that still run.</summary>
    private void RunBlocks(in RecurrentArguments a, int direction, int step, int firstBlock, int endBlock, bool isSecondPhase)
    {
        RecurrentDirection weights = _directions[direction];
        RecurrentPanels panels = isSecondPhase ? weights.Candidate! : weights.Hidden;
        float* old = State(a, direction, step & 1), next = State(a, direction, (step & 1) ^ 1), reset = State(a, direction, 3);
        int padded = _shape.PaddedHidden, units = _shape.Units;

        // The cells of a single sequence come after all its products: side by side they hide each other's latency.
        bool isWhole = a.Batch == 1;
        int group = isWhole ? endBlock - firstBlock : 1, outputRows = isWhole ? group : panels.OutputRows(a.Batch);
        long prepared = panels.ScratchBytes(a.Batch, padded, endBlock - firstBlock);
        using Scratch.Frame scratch = Scratch.Take(
            prepared + ((long)outputRows * panels.Columns * sizeof(float)) + ((long)a.Batch * (sizeof(byte*) + sizeof(int))));
        HiddenRows hidden = panels.Begin(isSecondPhase ? reset : old, a.Batch, padded, firstBlock, endBlock - firstBlock, scratch.Pointer);
        float* sums = (float*)(scratch.Pointer + prepared);
        byte** rows = (byte**)(sums + (nint)outputRows * panels.Columns);
        int* entries = (int*)(rows + a.Batch);
        int active = 0;
        for (int entry = 0; entry < a.Batch; entry++)
        {
            if (step < Length(a, entry))
            {
                rows[active] = hidden.First + entry * hidden.Stride;
                entries[active++] = entry;
            }
            else if (!isSecondPhase)
            {
                int first = firstBlock * units, count = (endBlock - firstBlock) * units;
                new Span<float>(old + (nint)entry * padded + first, count).CopyTo(new Span<float>(next + (nint)entry * padded + first, count));
            }
        }

        // Every other step runs backwards, so that it begins with the panels that the last one left in the cache.
        bool isBackward = (step & 1) != 0;
        for (int i = firstBlock; i < endBlock && active > 0; i += group)
        {
            int end = Math.Min(i + group, endBlock);
            for (int j = i; j < end; j++)
            {
                panels.Multiply(Turn(j), hidden, rows, active, sums + (nint)(isWhole ? Turn(j) - firstBlock : 0) * panels.Columns);
            }

            for (int row = 0; row < active; row++)
            {
                RunCells(a, direction, step, isWhole ? firstBlock : Turn(i), end - i, entries[row], sums + (nint)row * panels.Columns, isSecondPhase);
            }
        }

        int Turn(int block) => isBackward ? firstBlock + endBlock - 1 - block : block;
    }

    private void RunCells(in RecurrentArguments a, int direction, int step, int block, int blocks, int entry, float* sums, bool isSecondPhase)
    {
        RecurrentDirection weights = _directions[direction];
        bool resetsFirst = weights.Candidate is not null;
        int padded = _shape.PaddedHidden, units = _shape.Units;
        float* next = State(a, direction, (step & 1) ^ 1);
        nint state = (nint)entry * padded + block * units;
        int time = _isReverse[direction] ? Length(a, entry) - 1 - step : step;
        nint inputRow = a.IsBatchFirst ? (nint)entry * a.Steps + time : (nint)time * a.Batch + entry;
        CellArguments cell = new()
        {
            InputSums = Projection(a, direction) + inputRow * _shape.Columns + (nint)block * _shape.BlockColumns,
            HiddenSums = sums,
            Hidden = State(a, direction, step & 1) + state,
            NewHidden = next + state,
            Cell = State(a, direction, resetsFirst ? 3 : 2) + state,
            Peepholes = weights.Peepholes is { } peepholes ? (float*)peepholes.Pointer + (nint)block * units : null,
            PeepholeStride = padded,
            Units = units,
            Blocks = blocks,
            InputStride = _shape.BlockColumns,
            SumStride = (isSecondPhase ? weights.Candidate! : weights.Hidden).Columns,
            Clip = _clip,
        };
        RunCells(cell, resetsFirst && !isSecondPhase);
        if (a.Output is not null && (!resetsFirst || isSecondPhase))
        {
            float* target = a.Output + time * a.OutputStepStride + entry * a.OutputBatchStride + direction * a.OutputDirectionStride;
            int count = Math.Min(blocks * units, _shape.HiddenSize - block * units);
            new Span<float>(next + state, count).CopyTo(new Span<float>(target + (nint)block * units, count));
        }
    }
}
