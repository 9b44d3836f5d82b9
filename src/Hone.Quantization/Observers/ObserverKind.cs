namespace Hone.Quantization.Observers;

/// <summary>How the range of a tensor is found.</summary>
public enum ObserverKind
{
    /// <summary>Smallest and largest element of all batches.</summary>
    MinMax,

    /// <summary>Moving average of each batch's smallest and largest element.</summary>
    MovingAverageMinMax,

    /// <summary>A histogram whose tails are cut where that lowers the expected squared error.</summary>
    Histogram,

    /// <summary>A histogram whose tails are cut at a fixed share of the elements.</summary>
    Percentile,
}
