using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Amp;

/// <summary>Scales the loss so that small gradients survive Float16, and skips steps whose gradients overflow: PyTorch's <c>torch.amp.GradScaler</c>.</summary>
/// <remarks>
/// The algorithm is PyTorch's: <see cref="Unscale"/> divides the gradients and looks for infinities; <see cref="Step"/> skips the optimizer when there
/// was one; <see cref="Update"/> halves the scale after a skipped step and doubles it after 2000 good ones in a row, as long as it stays finite.
/// </remarks>
/// <example>
/// <code>
/// scaler.Scale(loss).backward();
/// scaler.Step(optimizer);
/// scaler.Update();
/// </code>
/// </example>
public sealed class GradScaler
{
    private readonly Dictionary<optim.Optimizer, OptimizerStage> _stages = [];
    private readonly Dictionary<optim.Optimizer, bool> _foundInfinity = [];
    private GradScalerOptions _options;
    private float _scale;
    private int _growthTracker;

    /// <summary>Creates a scaler.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public GradScaler(GradScalerOptions? options = null)
    {
        _options = options ?? new GradScalerOptions();
        _options.Validate();
        _scale = (float)_options.InitialScale;
    }

    /// <summary>What an optimizer's gradients have been through since the last update.</summary>
    private enum OptimizerStage
    {
        Ready,
        Unscaled,
        Stepped,
    }

    /// <summary>The present scale; 1 when the scaler is switched off.</summary>
    public double CurrentScale => _options.Enabled ? _scale : 1;

    /// <summary>The loss times the scale; call backward on it.</summary>
    public Tensor Scale(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return _options.Enabled ? loss * _scale : loss;
    }

    /// <summary>Divides the gradients of an optimizer by the scale, so that they can be clipped; <see cref="Step"/> does it otherwise.</summary>
    /// <exception cref="InvalidOperationException">It was called for this optimizer already since the last update, or after its step.</exception>
    /// <exception cref="HoneException">A gradient is Float16: parameters must stay in Float32.</exception>
    public void Unscale(optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (!_options.Enabled)
            return;
        OptimizerStage stage = _stages.GetValueOrDefault(optimizer);
        if (stage == OptimizerStage.Unscaled)
            throw new InvalidOperationException("Unscale was called for this optimizer already since the last Update.");
        if (stage == OptimizerStage.Stepped)
            throw new InvalidOperationException("Unscale is called after Step.");
        _foundInfinity[optimizer] = UnscaleGradients(optimizer);
        _stages[optimizer] = OptimizerStage.Unscaled;
    }

    /// <summary>Lets the optimizer step, unless its gradients are infinite or NaN.</summary>
    /// <returns>Whether it stepped.</returns>
    /// <exception cref="InvalidOperationException">It was called for this optimizer already since the last update.</exception>
    public bool Step(optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (!_options.Enabled)
        {
            optimizer.step();
            return true;
        }

        OptimizerStage stage = _stages.GetValueOrDefault(optimizer);
        if (stage == OptimizerStage.Stepped)
            throw new InvalidOperationException("Step was called for this optimizer already since the last Update.");
        if (stage == OptimizerStage.Ready)
            Unscale(optimizer);
        bool steps = !_foundInfinity[optimizer];
        if (steps)
            optimizer.step();
        _stages[optimizer] = OptimizerStage.Stepped;
        return steps;
    }

    /// <summary>Adapts the scale to what the steps since the last update have met.</summary>
    /// <exception cref="InvalidOperationException">No optimizer has been unscaled or stepped since the last update.</exception>
    public void Update()
    {
        if (!_options.Enabled)
            return;
        if (_foundInfinity.Count == 0)
            throw new InvalidOperationException("Update needs a Step, or an Unscale, before it.");
        if (_foundInfinity.ContainsValue(true))
        {
            _scale = (float)(_scale * _options.BackoffFactor);
            _growthTracker = 0;
        }
        else if (++_growthTracker == _options.GrowthInterval)
        {
            float grown = (float)(_scale * _options.GrowthFactor);
            if (float.IsFinite(grown))
                _scale = grown;
            _growthTracker = 0;
        }

        _stages.Clear();
        _foundInfinity.Clear();
    }

    /// <summary>What is needed to go on from here.</summary>
    public GradScalerState StateDict() => new(_scale, _options.GrowthFactor, _options.BackoffFactor, _options.GrowthInterval, _growthTracker);

    /// <summary>Goes on from a saved state.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of the range that <see cref="GradScalerOptions"/> states.</exception>
    public void LoadStateDict(GradScalerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentOutOfRangeException.ThrowIfNegative(state.GrowthTracker);
        GradScalerOptions options = _options with
        {
            InitialScale = state.Scale,
            GrowthFactor = state.GrowthFactor,
            BackoffFactor = state.BackoffFactor,
            GrowthInterval = state.GrowthInterval,
        };
        options.Validate();
        _options = options;
        _scale = (float)state.Scale;
        _growthTracker = state.GrowthTracker;
    }

    /// <summary>Divides all gradients in place.</summary>
    /// <returns>Whether one of them held an infinity or a NaN.</returns>
    private bool UnscaleGradients(optim.Optimizer optimizer)
    {
        using IDisposable noGradients = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        // PyTorch inverts in double and rounds once.
        float inverse = (float)(1.0 / _scale);
        bool found = false;
        foreach (Parameter parameter in optimizer.parameters())
        {
            if (parameter.grad is not { } gradient)
                continue;
            if (gradient.dtype == ScalarType.Float16)
                throw new HoneException("A gradient is Float16: keep the parameters in Float32 and let autocast choose the type of the computation.");
            found |= !gradient.isfinite().all().item<bool>();
            gradient.mul_(inverse);
        }

        return found;
    }
}
