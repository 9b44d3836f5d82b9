namespace Hone.Torch.Checkpoints;

/// <summary>How far a training has come.</summary>
/// <param name="Epoch">Epochs that are complete.</param>
/// <param name="Step">Optimizer steps that are complete, over all epochs.</param>
public sealed record TrainingProgress(int Epoch, long Step);
