using Hone.Torch.Amp;

namespace Hone.Torch.Checkpoints;

/// <summary>The part of a checkpoint that is kept as JSON.</summary>
/// <param name="Version">Of the format; this one is 1.</param>
/// <param name="Progress">How far the training had come.</param>
/// <param name="Scaler">State of the gradient scaler, if there was one.</param>
internal sealed record CheckpointContents(int Version, TrainingProgress Progress, GradScalerState? Scaler);
