namespace FashionMnist;

/// <summary>An epoch that has just ended.</summary>
/// <param name="Number">From 1.</param>
/// <param name="ImagesPerSecond">How fast all processes together trained.</param>
public sealed record TrainedEpoch(int Number, double ImagesPerSecond);
