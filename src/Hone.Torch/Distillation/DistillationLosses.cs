using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Distillation;

/// <summary>What a student loses by not being like its teacher. Each is a number without dimensions; gradients flow to the student alone.</summary>
public static class DistillationLosses
{
    /// <summary>Distance of softened class probabilities: <c>T² · KL(softmax(teacher / T) ‖ softmax(student / T))</c>, averaged over the
    /// batch.</summary>
    /// <remarks>Hinton et al., Distilling the Knowledge in a Neural Network, 2015. The factor T² keeps the gradients' size when T changes.</remarks>
    /// <param name="student">Logits <c>[N, .., classes]</c>.</param>
    /// <param name="teacher">Logits of the same shape.</param>
    /// <param name="temperature">Above 0; 1 leaves the probabilities as they are, larger ones soften them.</param>
    public static Tensor Logits(Tensor student, Tensor teacher, double temperature = 4)
    {
        CheckShapes(student, teacher);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        using DisposeScope scope = NewDisposeScope();
        Tensor target = (teacher.detach() / temperature).log_softmax(-1);
        Tensor actual = (student / temperature).log_softmax(-1);
        Tensor divergence = (target.exp() * (target - actual)).sum(-1).mean();
        return (divergence * (temperature * temperature)).MoveToOuterDisposeScope();
    }

    /// <summary>Mean square difference of hidden states, the hint of FitNets (Romero et al., 2015).</summary>
    /// <param name="student">Hidden state of the student, projected to the teacher's shape where they differ; see
    /// <see cref="HiddenProjection"/>.</param>
    /// <param name="teacher">Hidden state of the teacher.</param>
    public static Tensor Hidden(Tensor student, Tensor teacher)
    {
        CheckShapes(student, teacher);
        using Tensor target = teacher.detach();
        return nn.functional.mse_loss(student, target);
    }

    /// <summary>Distance of attention maps: mean square difference of <c>a / ‖a‖₂</c>, where a is the mean over the channels of squared
    /// activations.</summary>
    /// <remarks>
    /// Zagoruyko and Komodakis, Paying More Attention to Attention, 2017, with p = 2. Channels may differ in number; the spatial axes must not.
    /// </remarks>
    /// <param name="student">Activations <c>[N, channels, ..]</c>.</param>
    /// <param name="teacher">Activations <c>[N, channels, ..]</c>.</param>
    public static Tensor Attention(Tensor student, Tensor teacher)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        if (student.dim() < 3 || student.dim() != teacher.dim() || student.shape[0] != teacher.shape[0]
            || !student.shape.AsSpan(2).SequenceEqual(teacher.shape.AsSpan(2)))
            throw new ArgumentException($"Attention maps need activations [N, channels, ..] of the same size; got {Describe(student)} and "
                + $"{Describe(teacher)}.");
        using DisposeScope scope = NewDisposeScope();
        using Tensor target = teacher.detach();
        return (AttentionMap(student) - AttentionMap(target)).square().mean().MoveToOuterDisposeScope();
    }

    /// <summary>One classifier teaches another of the same network: cross-entropy with the true classes and <see cref="Logits"/> of a deeper
    /// exit.</summary>
    /// <remarks>Zhang et al., Be Your Own Teacher, 2019: shallow exits learn from the deepest one; the last exit learns from the classes
    /// alone.</remarks>
    /// <param name="exits">Logits of the exits, shallow ones first; at least one.</param>
    /// <param name="labels">The classes, int64 <c>[N]</c>.</param>
    /// <param name="weight">In [0, 1]: how much a shallow exit heeds the deepest one; the rest is for the classes.</param>
    /// <param name="temperature">As in <see cref="Logits"/>.</param>
    public static Tensor SelfDistillation(IReadOnlyList<Tensor> exits, Tensor labels, double weight = 0.5, double temperature = 3)
    {
        ArgumentNullException.ThrowIfNull(exits);
        ArgumentOutOfRangeException.ThrowIfZero(exits.Count);
        if (weight is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight lies in [0, 1].");
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = nn.functional.cross_entropy(exits[^1], labels);
        foreach (Tensor exit in exits.SkipLast(1))
            sum = sum + (nn.functional.cross_entropy(exit, labels) * (1 - weight)) + (Logits(exit, exits[^1], temperature) * weight);
        return sum.MoveToOuterDisposeScope();
    }

    private static Tensor AttentionMap(Tensor activations) => nn.functional.normalize(activations.square().mean([1L]).flatten(1));

    private static void CheckShapes(Tensor student, Tensor teacher)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        if (!student.shape.SequenceEqual(teacher.shape))
            throw new ArgumentException($"Student and teacher differ in shape: {Describe(student)} and {Describe(teacher)}.");
    }

    private static string Describe(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
