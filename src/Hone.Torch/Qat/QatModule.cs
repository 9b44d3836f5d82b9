using Hone.Torch.GraphModules;
using Hone.Torch.GraphModules.Execution;
using static TorchSharp.torch;

namespace Hone.Torch.Qat;

/// <summary>A model in training for quantization: prepare it, train it as any module, convert it.</summary>
/// <remarks>
/// The values and weights that static quantization would quantize are rounded while training (PyTorch's <c>prepare_qat</c>). Batch normalizations
/// behind convolutions are trained on the weights of the folded convolution. <see cref="Convert"/> gives the quantized model with the scales that
/// training has settled on.
/// </remarks>
/// <example>
/// <code>
/// using QatModule qat = QatModule.Prepare(net.Capture(example));
/// // the usual training loop, at about a tenth of the learning rate; towards its end:
/// qat.FreezeObservers();
/// qat.FreezeBatchNorm();
/// Model int8 = qat.Convert();
/// </code>
/// </example>
public sealed class QatModule : GraphModule
{
    private readonly QatPlan _plan;
    private readonly QatState _state;

    private QatModule(QatPlan plan, QatState state)
        : base(plan.TrainingModel, new GraphModuleOptions { Executors = Executors(state) })
    {
        _plan = plan;
        _state = state;
        foreach ((string key, FakeQuantize fakeQuantize) in state.FakeQuantizes)
            register_module(key, fakeQuantize);
        register_buffer("batch_norm_frozen", state.BatchNormFrozen, true);
    }

    /// <value>The fake quantizations by the name under which the state dictionary holds them.</value>
    public IReadOnlyDictionary<string, FakeQuantize> FakeQuantizes => _state.FakeQuantizes;

    /// <value>Whether batch normalizations use and keep their running statistics even in training.</value>
    public bool IsBatchNormFrozen => _state.IsBatchNormFrozen;

    /// <summary>Makes a model ready for training. The model is not changed.</summary>
    /// <param name="model">Captured or imported, with its batch normalizations and dropouts, in float32.</param>
    /// <param name="options">Null takes 8-bit activations and per-channel 8-bit weights.</param>
    /// <exception cref="UnsupportedOperatorException">Some operators cannot be trained; all of them are listed.</exception>
    /// <exception cref="QuantizationException">Nothing in the model can be quantized.</exception>
    public static QatModule Prepare(Model model, QatOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        QatPlan plan = QatPlan.Create(model, options ?? new QatOptions());
        return new QatModule(plan, new QatState(plan.FakeQuantizes.ToDictionary(f => f.Key, f => new FakeQuantize(f.Options, f.ChannelCount))));
    }

    /// <summary>Stops the ranges from moving; scales and zero points stay as they are.</summary>
    public void FreezeObservers() => SetObservers(false);

    /// <summary>Lets the ranges move again.</summary>
    public void UnfreezeObservers() => SetObservers(true);

    /// <summary>From now on batch normalizations use their running statistics and leave them alone, also after <c>train()</c>.</summary>
    public void FreezeBatchNorm() => _state.IsBatchNormFrozen = true;

    /// <summary>Lets batch normalizations use the batch's statistics in training again.</summary>
    public void UnfreezeBatchNorm() => _state.IsBatchNormFrozen = false;

    /// <summary>
    /// From now on the scales, and the zero points of affine ranges, are trained with the weights instead of following the data: learned step size
    /// quantization. They begin where the observed ranges are.
    /// </summary>
    /// <returns>The new parameters; add them to the optimizer, best with a smaller learning rate and without weight decay.</returns>
    /// <exception cref="QuantizationException">A range was never observed: run a few batches in training mode first.</exception>
    /// <exception cref="InvalidOperationException">The scales are trained already.</exception>
    public IReadOnlyList<TorchSharp.Modules.Parameter> LearnScales()
    {
        if (_state.Learnable.Count > 0)
            throw new InvalidOperationException("The scales are trained already.");
        foreach ((string key, FakeQuantize observed) in _state.FakeQuantizes)
            _ = observed.ToParameters(key);
        foreach ((string key, FakeQuantize observed) in _state.FakeQuantizes)
        {
            LearnableFakeQuantize learnable = new(observed.Options, observed.Scale.numel());
            learnable.InitializeFrom(observed);
            _state.Learnable.Add(key, learnable);
            register_module($"{key}_learnable", learnable);
        }

        FreezeObservers();
        return [.. _state.Learnable.Values.SelectMany(l => l.parameters())];
    }

    /// <summary>Switches the rounding on or off; off, the module trains in float and only observes.</summary>
    public void SetQuantizing(bool value)
    {
        foreach (FakeQuantize fakeQuantize in _state.FakeQuantizes.Values)
            fakeQuantize.IsQuantizing = value;
    }

    /// <summary>The quantized model: weights as integers, <c>QuantizeLinear</c> and <c>DequantizeLinear</c> with the trained scales.</summary>
    /// <exception cref="QuantizationException">A range was never observed: train, or run at least one batch in training mode, before converting.</exception>
    public Model Convert() => _plan.Convert(ToModel(), _state.Parameters);

    private void SetObservers(bool value)
    {
        foreach (FakeQuantize fakeQuantize in _state.FakeQuantizes.Values)
            fakeQuantize.IsObserving = value;
    }

    private static Dictionary<string, NodeExecutor> Executors(QatState state) => new()
    {
        [$"{QatOperators.Domain}.{FakeQuantizeOperator.OperatorName}"] = call => [Round(state, call, call.Input(0))],
        [$"{QatOperators.Domain}.{ConvBatchNormOperator.OperatorName}"] = call => [ConvBatchNorm.Forward(
            call.Node,
            new ConvBatchNormTensors(call.Input(0), call.Input(1), call.OptionalInput(2), call.Input(3), call.Input(4), call.Input(5), call.Input(6)),
            weight => Round(state, call, weight),
            call.IsTraining && !state.IsBatchNormFrozen)],
        ["BatchNormalization"] = call => NormalizationExecutors.BatchNormalization(call, call.IsTraining && !state.IsBatchNormFrozen),
    };

    private static Tensor Round(QatState state, NodeCall call, Tensor tensor) =>
        state.Round(call.Attributes.GetString(QatOperators.KeyAttribute, ""), tensor, call.IsTraining);
}
