using Hone.Quantization;
using Hone.Torch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Qat;

/// <summary>A fake quantization whose scale and zero point are trained with the weights.</summary>
/// <remarks>
/// PyTorch's <c>_LearnableFakeQuantize</c>, after Esser et al., "Learned Step Size Quantization" (2020), section 2. The gradient of the scale is
/// the rounding error inside the range and the distance of the bound outside; with gradient scaling it is divided by
/// <c>sqrt(element count * QuantMax)</c>. Initialize it from data by <see cref="InitializeFrom"/>.
/// </remarks>
public sealed class LearnableFakeQuantize : nn.Module<Tensor, Tensor>
{
    /// <summary>The smallest scale that training may reach: PyTorch's float32 epsilon.</summary>
    private const float SmallestScale = 1.1920929e-7f;

    private readonly Parameter scale;
    private readonly Parameter zero_point;
    private readonly bool _scalesGradient;

    /// <summary>Creates the module with one scale and zero point for each channel, or one for the tensor.</summary>
    /// <param name="options">Range, symmetry and channel axis; there is nothing to average.</param>
    /// <param name="channelCount">Length of the channel axis; 1 when there is one scale for the tensor.</param>
    /// <param name="initialScale">Above 0.</param>
    /// <param name="initialZeroPoint">In the range of the codes.</param>
    /// <param name="scalesGradient">Whether the gradients of scale and zero point are scaled as the paper proposes.</param>
    /// <exception cref="QuantizationException">An option is out of its range.</exception>
    public LearnableFakeQuantize(
        FakeQuantizeOptions options,
        long channelCount = 1,
        float initialScale = 1,
        float initialZeroPoint = 0,
        bool scalesGradient = true)
        : base(nameof(LearnableFakeQuantize))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(channelCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(initialScale);
        options.Validate();
        Options = options;
        _scalesGradient = scalesGradient;
        scale = new Parameter(full([channelCount], initialScale));
        zero_point = new Parameter(full([channelCount], initialZeroPoint));
        RegisterComponents();
    }

    /// <value>Range, symmetry and channel axis.</value>
    public FakeQuantizeOptions Options { get; }

    /// <value>The trained scale, one for each channel or one for the tensor.</value>
    public Parameter Scale => scale;

    /// <value>The trained zero point as a float; rounded and clamped where it is used.</value>
    public Parameter ZeroPoint => zero_point;

    /// <summary>Takes scale and zero point from a fake quantization that has observed data.</summary>
    public void InitializeFrom(FakeQuantize observed)
    {
        ArgumentNullException.ThrowIfNull(observed);
        using IDisposable noGradients = no_grad();
        scale.copy_(observed.Scale);
        zero_point.copy_(observed.ZeroPoint);
    }

    /// <summary>What training has settled on: zero points rounded, and clamped to the codes, as the operator does in training.</summary>
    internal QuantizationParameters ToParameters()
    {
        using IDisposable noGradients = no_grad();
        using Tensor codes = zero_point.round().clamp(Options.QuantMin, Options.QuantMax).to(ScalarType.Int32);
        return new QuantizationParameters(Options.DataType, scale.data<float>().ToArray(), codes.data<int>().ToArray(), Options.ChannelAxis);
    }

    /// <summary>Rounds the tensor; the result has its shape.</summary>
    /// <param name="input">float32 of any shape.</param>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        KeepInRange();
        double gradientFactor = _scalesGradient ? 1 / Math.Sqrt((double)input.numel() * Options.QuantMax) : 1;
        return Options.ChannelAxis is { } axis
            ? AtenDispatcher.Call("aten::_fake_quantize_learnable_per_channel_affine", "", input, scale, zero_point, (long)axis, Options.QuantMin, Options.QuantMax, gradientFactor)
            : AtenDispatcher.Call("aten::_fake_quantize_learnable_per_tensor_affine", "", input, scale, zero_point, Options.QuantMin, Options.QuantMax, gradientFactor);
    }

    /// <summary>
    /// Written to only when needed: where one scale serves several values, the first use of a step corrects what the optimizer did, and the others must
    /// leave alone what the backward pass has saved.
    /// </summary>
    private void KeepInRange()
    {
        using IDisposable noGradients = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        if (scale.min().item<float>() < SmallestScale)
            scale.clamp_(min: SmallestScale);
        if (Options.IsSymmetric && zero_point.count_nonzero().item<long>() > 0)
            zero_point.zero_();
    }
}
