namespace Hone.Torch.Distillation;

/// <summary>How far a distillation has come.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Steps done, of all epochs together.</param>
/// <param name="Loss">The mixed loss of the last step.</param>
public readonly record struct DistillationProgress(int Epoch, long Step, float Loss);
