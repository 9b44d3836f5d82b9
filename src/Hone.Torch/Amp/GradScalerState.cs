namespace Hone.Torch.Amp;

/// <summary>What a <see cref="GradScaler"/> needs to go on where it was: PyTorch's state dictionary under its own names.</summary>
/// <param name="Scale"><c>scale</c>: the present scale.</param>
/// <param name="GrowthFactor"><c>growth_factor</c>.</param>
/// <param name="BackoffFactor"><c>backoff_factor</c>.</param>
/// <param name="GrowthInterval"><c>growth_interval</c>.</param>
/// <param name="GrowthTracker"><c>_growth_tracker</c>: steps in a row without overflow.</param>
public sealed record GradScalerState(double Scale, double GrowthFactor, double BackoffFactor, int GrowthInterval, int GrowthTracker);
