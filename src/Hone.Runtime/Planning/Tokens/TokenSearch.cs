using Hone.Runtime.Execution;
using Hone.Tensors;

namespace Hone.Runtime.Planning.Tokens;

/// <summary>The step that finds the tokens of a run: those that no mask leaves out.</summary>
/// <param name="grid">All tokens.</param>
/// <param name="record">Where the result goes.</param>
/// <param name="masks">What tells them; elements of a sequence lie next to each other.</param>
/// <param name="factors">float32 of all tokens that must be zero at padding, because a product with them is read at all positions.</param>
internal sealed unsafe class TokenSearch(
    TokenGrid grid, Operand record, (Operand Place, long BatchStride)[] masks, (Operand Place, long PerToken, TokenOrder Order)[] factors)
{
    /// <summary>Additions from here on leave nothing of a weight: exporters write -10000 and less, which is rounded up to this in bfloat16.</summary>
    private const float Masked = -9984;

    private enum Verdict
    {
        Token,
        Padding,
        Neither,
    }

    internal void Run(Frame frame)
    {
        TokenRecord found = new(frame[record], grid);
        found.KeepsPadding = 0;
        int count = 0;
        for (int batch = 0; batch < grid.Batch; batch++)
        {
            found.Offsets[batch] = count;
            for (int position = 0; position < grid.Length; position++)
            {
                Verdict verdict = Judge(frame, batch, position);
                if (verdict == Verdict.Neither || (verdict == Verdict.Padding && !AreZero(frame, batch, position)))
                {
                    KeepAll(found);
                    return;
                }

                if (verdict == Verdict.Token)
                    found.Positions[count++] = batch * (int)grid.Length + position;
            }
        }

        found.Offsets[grid.Batch] = count;
        found.Count = count;
    }

    private void KeepAll(TokenRecord record)
    {
        record.KeepsPadding = 1;
        record.Count = (int)grid.Count;
        for (int i = 0; i < grid.Count; i++)
            record.Positions[i] = i;
        for (int batch = 0; batch <= grid.Batch; batch++)
            record.Offsets[batch] = batch * (int)grid.Length;
    }

    /// <summary>What all masks agree on.</summary>
    private Verdict Judge(Frame frame, int batch, int position)
    {
        Verdict common = Verdict.Token;
        for (int i = 0; i < masks.Length; i++)
        {
            (Operand place, long batchStride) = masks[i];
            long at = batch * batchStride + position;
            Verdict verdict = place.DataType == DataType.Bool ? (frame[place][at] != 0 ? Verdict.Token : Verdict.Padding) : Judge(((float*)frame[place])[at]);
            if (verdict == Verdict.Neither || (i > 0 && verdict != common))
                return Verdict.Neither;
            common = verdict;
        }

        return common;
    }

    private static Verdict Judge(float addend) => addend == 0 ? Verdict.Token : addend <= Masked ? Verdict.Padding : Verdict.Neither;

    private bool AreZero(Frame frame, int batch, int position)
    {
        foreach ((Operand place, long perToken, TokenOrder order) in factors)
        {
            long token = order == TokenOrder.SequenceMajor ? batch * grid.Length + position : position * grid.Batch + batch;
            if (new ReadOnlySpan<float>((float*)frame[place] + token * perToken, (int)perToken).ContainsAnyExcept(0f))
                return false;
        }

        return true;
    }
}
