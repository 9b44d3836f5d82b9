using TorchSharp.Modules;

namespace Hone.Torch.Qat;

/// <summary>Applies a <see cref="QatSchedule"/>: call <see cref="Step"/> after each step of the optimizer.</summary>
/// <remarks>To resume from a checkpoint create it with the saved number of steps.</remarks>
public sealed class QatScheduler
{
    private readonly QatModule _module;
    private readonly QatSchedule _schedule;

    /// <summary>Puts the module into the state that belongs to the number of steps.</summary>
    /// <param name="module">In training.</param>
    /// <param name="schedule">When to do what.</param>
    /// <param name="stepCount">Steps taken already.</param>
    public QatScheduler(QatModule module, QatSchedule schedule, long stepCount = 0)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentOutOfRangeException.ThrowIfNegative(schedule.DelaySteps);
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        _module = module;
        _schedule = schedule;
        StepCount = stepCount;
        Apply();
    }

    /// <summary>Told the new parameters when the scales begin to be trained; add them to the optimizer.</summary>
    public event Action<IReadOnlyList<Parameter>>? ScalesLearned;

    /// <value>Steps taken so far.</value>
    public long StepCount { get; private set; }

    /// <summary>Counts a step and does what is due.</summary>
    public void Step()
    {
        StepCount++;
        Apply();
    }

    private void Apply()
    {
        _module.SetQuantizing(StepCount >= _schedule.DelaySteps);
        if (StepCount == _schedule.LearnScalesFrom)
            ScalesLearned?.Invoke(_module.LearnScales());
        if (StepCount >= _schedule.FreezeObserversFrom)
            _module.FreezeObservers();
        if (StepCount >= _schedule.FreezeBatchNormFrom)
            _module.FreezeBatchNorm();
    }
}
