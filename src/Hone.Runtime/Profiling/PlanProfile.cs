using Hone.Tensors;

namespace Hone.Runtime.Profiling;

/// <summary>The steps of the plan for certain input shapes.</summary>
/// <param name="InputShapes">Shapes of the inputs, in order.</param>
/// <param name="ArenaByteCount">Bytes of the arena that every concurrent run takes.</param>
/// <param name="Steps">In the order in which they run.</param>
public sealed record PlanProfile(IReadOnlyList<TensorShape> InputShapes, long ArenaByteCount, IReadOnlyList<StepProfile> Steps)
{
    /// <value>
    /// With <see cref="CompileOptions.RemovesPadding"/>, how many operations work on real tokens only, or why none does; null without.
    /// </value>
    public string? PaddingReport { get; init; }

    /// <value>Time of all steps together per run, in milliseconds; 0 when the model was compiled without profiling.</value>
    public double MeanMilliseconds => Steps.Sum(s => s.MeanMilliseconds);
}
