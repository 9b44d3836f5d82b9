using Hone.Quantization;
using Hone.Torch.Native;
using static TorchSharp.torch;

namespace Hone.Torch.Qat;

/// <summary>Rounds a tensor to the grid of a quantized type while training, so that the network learns to live with the rounding.</summary>
/// <remarks>
/// PyTorch's <c>FusedMovingAvgObsFakeQuantize</c>: it keeps a moving average of minimum and maximum, derives scale and zero point from it, and
/// returns <c>(clamp(round(x / scale) + zero_point) - zero_point) * scale</c>. The gradient passes where the code is inside the range and is
/// zero elsewhere (the straight-through estimator). The arithmetic is libtorch's own kernel. Buffers have PyTorch's names.
/// </remarks>
public sealed class FakeQuantize : nn.Module<Tensor, Tensor>
{
    private static readonly Tensor s_off = tensor(new long[] { 0 }).DetachFromDisposeScope();

    private readonly Tensor fake_quant_enabled;
    private readonly Tensor observer_enabled;
    private readonly Tensor scale;
    private readonly Tensor zero_point;
    private readonly Tensor min_val;
    private readonly Tensor max_val;

    /// <summary>Creates the module; observing and rounding are switched on.</summary>
    /// <param name="options">How it rounds and observes.</param>
    /// <param name="channelCount">Length of the channel axis; 1 when there is one scale for the tensor.</param>
    /// <exception cref="QuantizationException">An option is out of its range.</exception>
    public FakeQuantize(FakeQuantizeOptions options, long channelCount = 1)
        : base(nameof(FakeQuantize))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(channelCount, 1);
        options.Validate();
        Options = options;
        // The kernel tells "never observed" by infinite bounds.
        long[] size = options.ChannelAxis is null ? [] : [channelCount];
        fake_quant_enabled = tensor(new long[] { 1 });
        observer_enabled = tensor(new long[] { 1 });
        scale = ones(options.ChannelAxis is null ? [1] : size);
        zero_point = zeros(options.ChannelAxis is null ? [1] : size, dtype: ScalarType.Int32);
        min_val = full(size, float.PositiveInfinity);
        max_val = full(size, float.NegativeInfinity);
        RegisterComponents();
    }

    /// <value>How it rounds and observes.</value>
    public FakeQuantizeOptions Options { get; }

    /// <value>Distance between two codes: <c>[1]</c>, or one for each channel.</value>
    public Tensor Scale => scale;

    /// <value>The code of the number 0, int32: <c>[1]</c>, or one for each channel.</value>
    public Tensor ZeroPoint => zero_point;

    /// <value>Moving average of the minimum; positive infinity before the first batch.</value>
    public Tensor Minimum => min_val;

    /// <value>Moving average of the maximum; negative infinity before the first batch.</value>
    public Tensor Maximum => max_val;

    /// <value>Whether batches move the range. Switch it off for the last part of training.</value>
    public bool IsObserving
    {
        get => observer_enabled.item<long>() != 0;
        set => Fill(observer_enabled, value);
    }

    /// <value>Whether the tensor is rounded. Switched off, the module only observes.</value>
    public bool IsQuantizing
    {
        get => fake_quant_enabled.item<long>() != 0;
        set => Fill(fake_quant_enabled, value);
    }

    /// <summary>The parameters that training has settled on.</summary>
    /// <param name="tensorName">For the error.</param>
    /// <exception cref="QuantizationException">No batch was observed.</exception>
    internal QuantizationParameters ToParameters(string tensorName)
    {
        if (float.IsInfinity(min_val.reshape(-1)[0].item<float>()))
            throw new QuantizationException(tensorName, "its range was never observed; run batches in training mode before converting.");
        float[] scales = scale.data<float>().ToArray();
        int[] zeroPoints = zero_point.data<int>().ToArray();
        return new QuantizationParameters(Options.DataType, scales, zeroPoints, Options.ChannelAxis);
    }

    /// <summary>Observes the tensor and rounds it; the result has its shape.</summary>
    /// <param name="input">float32 of any shape.</param>
    public override Tensor forward(Tensor input) => Round(input, observer_enabled);

    /// <summary>Rounds the tensor, and observes it first if asked to and not switched off.</summary>
    internal Tensor Round(Tensor input, bool observes) => Round(input, observes ? observer_enabled : s_off);

    private Tensor Round(Tensor input, Tensor observer) => AtenDispatcher.Call(
        "aten::fused_moving_avg_obs_fake_quant",
        "",
        input,
        observer,
        fake_quant_enabled,
        min_val,
        max_val,
        scale,
        zero_point,
        Options.AveragingConstant,
        Options.QuantMin,
        Options.QuantMax,
        (long)(Options.ChannelAxis ?? -1),
        Options.ChannelAxis is not null,
        Options.IsSymmetric);

    private static void Fill(Tensor flag, bool value)
    {
        using IDisposable noGradients = no_grad();
        flag.fill_(value ? 1 : 0);
    }
}
