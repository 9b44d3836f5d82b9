using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Amp;

/// <summary>How much faster a 16-bit type is than float32 on this machine, measured on a training step of a convolution and of a linear layer.</summary>
/// <param name="Device">Where it was measured.</param>
/// <param name="DataType">The 16-bit type.</param>
/// <param name="Float32Time">One step in float32.</param>
/// <param name="LowPrecisionTime">One step under autocast.</param>
public sealed record AutocastBenefit(DeviceType Device, ScalarType DataType, TimeSpan Float32Time, TimeSpan LowPrecisionTime)
{
    private const int Rounds = 5;
    private static readonly Dictionary<(DeviceType, ScalarType), AutocastBenefit> s_measured = [];
    private static readonly Lock s_lock = new();

    /// <value>Time in float32 over time under autocast.</value>
    public double Speedup => Float32Time / LowPrecisionTime;

    /// <value>Whether autocast pays: at least 1.1 times faster.</value>
    public bool IsWorthwhile => Speedup >= 1.1;

    /// <summary>Measures once for each device and type, in about a tenth of a second; later calls give the same answer.</summary>
    /// <param name="device">The device to train on.</param>
    /// <param name="dataType">BFloat16 or Float16; null takes PyTorch's default: BFloat16 on the CPU, Float16 elsewhere.</param>
    public static AutocastBenefit Measure(DeviceType device = DeviceType.CPU, ScalarType? dataType = null)
    {
        ScalarType type = dataType ?? (device == DeviceType.CPU ? ScalarType.BFloat16 : ScalarType.Float16);
        lock (s_lock)
        {
            if (!s_measured.TryGetValue((device, type), out AutocastBenefit? benefit))
                s_measured.Add((device, type), benefit = MeasureNow(device, type));
            return benefit;
        }
    }

    /// <summary>For example <c>BFloat16 autocast is 2.3 times faster than float32 on this CPU.</c></summary>
    public override string ToString() => IsWorthwhile
        ? $"{DataType} autocast is {Speedup:0.0} times faster than float32 on this {Device}."
        : $"{DataType} autocast is {(Speedup < 1 ? $"{1 / Speedup:0.0} times slower than" : "no faster than")} float32 on this {Device}: train in float32.";

    private static AutocastBenefit MeasureNow(DeviceType device, ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        // The measurement must not move the caller's random numbers.
        using Tensor random = get_rng_state();
        using nn.Module<Tensor, Tensor> net = nn.Sequential(
            ("conv1", nn.Conv2d(32, 64, 3, padding: 1)), ("relu", nn.ReLU()), ("conv2", nn.Conv2d(64, 64, 3, padding: 1)),
            ("flatten", nn.Flatten()), ("linear", nn.Linear(64 * 16 * 16, 128))).to(device);
        Tensor x = ones([8, 32, 16, 16], device: new Device(device));
        set_rng_state(random);
        List<TimeSpan> full = [];
        List<TimeSpan> low = [];
        // Alternating rounds meet the same disturbances.
        for (int round = 0; round <= Rounds; round++)
        {
            TimeSpan fullTime = Step(net, x, device, type, false);
            TimeSpan lowTime = Step(net, x, device, type, true);
            if (round == 0)
                continue;
            full.Add(fullTime);
            low.Add(lowTime);
        }

        return new AutocastBenefit(device, type, full.Min(), low.Min());
    }

    private static TimeSpan Step(nn.Module<Tensor, Tensor> net, Tensor x, DeviceType device, ScalarType type, bool enabled)
    {
        using DisposeScope scope = NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        Tensor loss;
        using (new Autocast(device, type, enabled))
            loss = net.call(x).sum();
        loss.backward();
        net.zero_grad();
        // Reading a number waits for the device.
        _ = loss.ToSingle();
        return Stopwatch.GetElapsedTime(start);
    }
}
