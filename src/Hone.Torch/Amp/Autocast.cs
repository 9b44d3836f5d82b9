using TorchSharp;

namespace Hone.Torch.Amp;

/// <summary>A region in which libtorch runs matrix products and convolutions in a 16-bit type and keeps in float32 what needs it: PyTorch's <c>torch.autocast</c>.</summary>
/// <remarks>
/// Regions nest, and a region with <c>enabled: false</c> inside another switches it off for a while. The state belongs to the thread: dispose the
/// region on the thread that created it, and create one in each thread that computes. Run the backward pass outside. Float16 needs a
/// <see cref="GradScaler"/>, BFloat16 does not.
/// </remarks>
/// <example>
/// <code>
/// using (new Autocast(DeviceType.CPU))
///     loss = nn.functional.cross_entropy(net.call(x), y);
/// loss.backward();
/// </code>
/// </example>
public sealed class Autocast : IDisposable
{
    private readonly AutocastFunctions _functions = AutocastFunctions.Instance;
    private readonly DeviceType _device;
    private readonly bool _wasEnabled;
    private readonly bool _wasCacheEnabled;
    private readonly torch.ScalarType _previousType;
    private readonly int _threadId = Environment.CurrentManagedThreadId;
    private bool _disposed;

    /// <summary>Enters a region.</summary>
    /// <param name="device">The device whose operations are affected.</param>
    /// <param name="dataType">BFloat16 or Float16; null takes PyTorch's default: BFloat16 on the CPU, Float16 elsewhere.</param>
    /// <param name="enabled">False switches autocast off inside the region.</param>
    /// <param name="cacheEnabled">Whether the 16-bit copies of weights are kept until the outermost region ends.</param>
    /// <exception cref="ArgumentException">The type is not a 16-bit floating-point one.</exception>
    /// <exception cref="NotSupportedException">This libtorch does not export its switches.</exception>
    public Autocast(DeviceType device = DeviceType.CPU, torch.ScalarType? dataType = null, bool enabled = true, bool cacheEnabled = true)
    {
        torch.ScalarType type = dataType ?? (device == DeviceType.CPU ? torch.ScalarType.BFloat16 : torch.ScalarType.Float16);
        if (type is not (torch.ScalarType.BFloat16 or torch.ScalarType.Float16))
            throw new ArgumentException($"Autocast takes BFloat16 or Float16, not {type}.", nameof(dataType));
        _device = device;
        _wasEnabled = _functions.IsEnabled(device);
        _wasCacheEnabled = _functions.IsCacheEnabled;
        _previousType = _functions.GetDataType(device);
        _functions.SetEnabled(device, enabled);
        _functions.SetDataType(device, type);
        _functions.IsCacheEnabled = cacheEnabled;
        _functions.Enter();
    }

    /// <summary>Whether autocast is on for a device in the calling thread.</summary>
    public static bool IsEnabled(DeviceType device = DeviceType.CPU) => AutocastFunctions.Instance.IsEnabled(device);

    /// <summary>Leaves the region and restores what was before.</summary>
    /// <exception cref="InvalidOperationException">This is another thread than the one that entered; the state of that one cannot be reached from here.</exception>
    public void Dispose()
    {
        if (_disposed)
            return;
        if (Environment.CurrentManagedThreadId != _threadId)
            throw new InvalidOperationException("An autocast region must be left on the thread that entered it; do not await inside one.");
        _disposed = true;
        _functions.Leave();
        _functions.SetEnabled(_device, _wasEnabled);
        _functions.SetDataType(_device, _previousType);
        _functions.IsCacheEnabled = _wasCacheEnabled;
    }
}
