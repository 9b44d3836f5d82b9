namespace Hone.Torch.Qat;

/// <summary>When a training for quantization begins to round and stops to adapt, counted in optimizer steps.</summary>
/// <remarks>The usual order: first ranges are only observed, then values are rounded; near the end ranges and batch normalizations stand still.</remarks>
public sealed record QatSchedule
{
    /// <value>Steps in which ranges are observed and nothing is rounded, at least 0. Default 0.</value>
    public long DelaySteps { get; init; }

    /// <value>The step from which the scales are trained, or null to let them follow the data. Default null. Their parameters are
    /// new: see <see cref="QatScheduler.ScalesLearned"/>.</value>
    public long? LearnScalesFrom { get; init; }

    /// <value>The step from which ranges stand still, or null for never. Default null.</value>
    public long? FreezeObserversFrom { get; init; }

    /// <value>The step from which batch normalizations keep their statistics, or null for never. Default null.</value>
    public long? FreezeBatchNormFrom { get; init; }
}
