using static TorchSharp.torch;

namespace Hone.Torch.Distillation;

/// <summary>A loss with its weight in the mix.</summary>
/// <param name="Weight">Factor of the loss in the sum.</param>
/// <param name="Compute">The loss of one step, a number without dimensions.</param>
public sealed record DistillationLoss(double Weight, Func<DistillationContext, Tensor> Compute)
{
    /// <value>Paths of parts of the student whose results the loss reads.</value>
    public IReadOnlyList<string> StudentParts { get; init; } = [];

    /// <value>Paths of parts of the teacher whose results the loss reads.</value>
    public IReadOnlyList<string> TeacherParts { get; init; } = [];

    /// <value>A module of the loss that is trained along with the student, or null.</value>
    public nn.Module? Trained { get; init; }

    /// <summary>Cross-entropy with the true classes, int64 <c>[N]</c>.</summary>
    public static DistillationLoss Labels(double weight) => new(weight, c => nn.functional.cross_entropy(c.StudentOutput, c.Labels));

    /// <summary>Softened class probabilities; see <see cref="DistillationLosses.Logits"/>.</summary>
    public static DistillationLoss Logits(double weight, double temperature = 4) =>
        new(weight, c => DistillationLosses.Logits(c.StudentOutput, c.TeacherOutput, temperature));

    /// <summary>Hidden states; see <see cref="DistillationLosses.Hidden"/>.</summary>
    /// <param name="weight">Factor of the loss in the sum.</param>
    /// <param name="studentPart">Path of the student's part.</param>
    /// <param name="teacherPart">Path of the teacher's part.</param>
    /// <param name="projection">Maps the student's state to the teacher's shape and is trained too; null where the shapes agree.</param>
    public static DistillationLoss Hidden(double weight, string studentPart, string teacherPart, nn.Module<Tensor, Tensor>? projection = null) =>
        new(weight, c => DistillationLosses.Hidden(projection?.call(c.Student[studentPart]) ?? c.Student[studentPart], c.Teacher[teacherPart]))
        {
            StudentParts = [studentPart],
            TeacherParts = [teacherPart],
            Trained = projection,
        };

    /// <summary>Attention maps; see <see cref="DistillationLosses.Attention"/>.</summary>
    public static DistillationLoss Attention(double weight, string studentPart, string teacherPart) =>
        new(weight, c => DistillationLosses.Attention(c.Student[studentPart], c.Teacher[teacherPart]))
        {
            StudentParts = [studentPart],
            TeacherParts = [teacherPart],
        };
}
