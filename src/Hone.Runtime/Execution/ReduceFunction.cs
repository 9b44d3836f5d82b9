namespace Hone.Runtime.Execution;

/// <summary>How elements are reduced to one.</summary>
internal enum ReduceFunction
{
    /// <summary>The sum.</summary>
    Sum,

    /// <summary>The sum divided by the number of elements.</summary>
    Mean,

    /// <summary>The largest; NaN wins.</summary>
    Max,

    /// <summary>The smallest; NaN wins.</summary>
    Min,

    /// <summary>The sum of the magnitudes.</summary>
    L1,

    /// <summary>The root of the sum of squares.</summary>
    L2,

    /// <summary>The sum of squares.</summary>
    SumSquare,
}
