using Hone.Runtime.Execution;

namespace Hone.Runtime.Planning.Tokens;

/// <summary>Over how many rows or elements a step goes: a number of the plan or, where it works on real tokens only, as many per token of the run.</summary>
/// <param name="all">With padding.</param>
/// <param name="perToken">For each token.</param>
/// <param name="record">Where the run has its tokens; null for the number of the plan.</param>
internal readonly struct RowCount(long all, long perToken, Operand? record)
{
    internal unsafe long In(Frame frame) => record is null ? all : perToken * TokenRecord.CountAt(frame[record]);
}
