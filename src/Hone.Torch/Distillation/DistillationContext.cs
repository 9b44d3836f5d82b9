using static TorchSharp.torch;

namespace Hone.Torch.Distillation;

/// <summary>One step of distillation, as a loss sees it.</summary>
/// <param name="StudentOutput">What the student gave back.</param>
/// <param name="TeacherOutput">What the teacher gave back.</param>
/// <param name="Labels">The true answers.</param>
/// <param name="Student">Hidden states of the student.</param>
/// <param name="Teacher">Hidden states of the teacher.</param>
public sealed record DistillationContext(Tensor StudentOutput, Tensor TeacherOutput, Tensor Labels, HiddenStates Student, HiddenStates Teacher);
