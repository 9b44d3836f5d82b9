namespace Hone.Compression.LowRank;

/// <summary>A layer that became two.</summary>
/// <param name="Name">Name of its node.</param>
/// <param name="Rank">Channels between the two.</param>
/// <param name="Error">Relative error of the weight in the Frobenius norm.</param>
/// <param name="WeightsBefore">Number of weights of the layer.</param>
/// <param name="WeightsAfter">Number of weights of the two.</param>
public sealed record FactorizedLayer(string Name, int Rank, double Error, long WeightsBefore, long WeightsAfter);
