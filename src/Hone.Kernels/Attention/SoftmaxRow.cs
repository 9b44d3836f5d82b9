namespace Hone.Kernels.Attention;

/// <summary>One row of scores and what belongs to it; all in memory of whole vectors.</summary>
internal unsafe struct SoftmaxRow
{
    /// <summary>Partial sums of weights that a row keeps, whatever the width.</summary>
    internal const int Totalled = 16;

    /// <summary>[Count], minus infinity where there is no key.</summary>
    internal float* Scores;

    /// <summary>Scores of the block, a multiple of all widths.</summary>
    internal int Count;

    /// <summary>Factor of the scores.</summary>
    internal float Scale;

    /// <summary>[Count] added after scaling, or null.</summary>
    internal float* Mask;

    /// <summary>True before anything has been summed up.</summary>
    internal bool IsFirst;

    /// <summary>[Totalled] partial sums of the weights so far.</summary>
    internal float* Totals;

    /// <summary>[SumCount] weighted values so far.</summary>
    internal float* Sums;

    internal int SumCount;
}
