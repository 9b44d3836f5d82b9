using Hone.Torch.Native;
using TorchSharp;

namespace Hone.Torch.Amp;

/// <summary>libtorch's switches of autocast, which TorchSharp does not bind; found by the names that its compilers gave them.</summary>
/// <remarks>The state behind them belongs to the calling thread.</remarks>
internal sealed unsafe class AutocastFunctions
{
    private static readonly Lazy<AutocastFunctions> s_instance = new(() => new AutocastFunctions());

    private readonly delegate* unmanaged<sbyte, byte> _isEnabled;
    private readonly delegate* unmanaged<sbyte, byte, void> _setEnabled;
    private readonly delegate* unmanaged<sbyte, sbyte> _getDataType;
    private readonly delegate* unmanaged<sbyte, sbyte, void> _setDataType;
    private readonly delegate* unmanaged<int> _incrementNesting;
    private readonly delegate* unmanaged<int> _decrementNesting;
    private readonly delegate* unmanaged<void> _clearCache;
    private readonly delegate* unmanaged<byte> _isCacheEnabled;
    private readonly delegate* unmanaged<byte, void> _setCacheEnabled;

    private AutocastFunctions()
    {
        _isEnabled = (delegate* unmanaged<sbyte, byte>)Find(
            "_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", "?is_autocast_enabled@autocast@at@@YA_NW4DeviceType@c10@@@Z");
        _setEnabled = (delegate* unmanaged<sbyte, byte, void>)Find(
            "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", "?set_autocast_enabled@autocast@at@@YAXW4DeviceType@c10@@_N@Z");
        _getDataType = (delegate* unmanaged<sbyte, sbyte>)Find(
            "_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE", "?get_autocast_dtype@autocast@at@@YA?AW4ScalarType@c10@@W4DeviceType@4@@Z");
        _setDataType = (delegate* unmanaged<sbyte, sbyte, void>)Find(
            "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", "?set_autocast_dtype@autocast@at@@YAXW4DeviceType@c10@@W4ScalarType@4@@Z");
        _incrementNesting = (delegate* unmanaged<int>)Find(
            "_ZN2at8autocast17increment_nestingEv", "?increment_nesting@autocast@at@@YAHXZ");
        _decrementNesting = (delegate* unmanaged<int>)Find(
            "_ZN2at8autocast17decrement_nestingEv", "?decrement_nesting@autocast@at@@YAHXZ");
        _clearCache = (delegate* unmanaged<void>)Find(
            "_ZN2at8autocast11clear_cacheEv", "?clear_cache@autocast@at@@YAXXZ");
        _isCacheEnabled = (delegate* unmanaged<byte>)Find(
            "_ZN2at8autocast25is_autocast_cache_enabledEv", "?is_autocast_cache_enabled@autocast@at@@YA_NXZ");
        _setCacheEnabled = (delegate* unmanaged<byte, void>)Find(
            "_ZN2at8autocast26set_autocast_cache_enabledEb", "?set_autocast_cache_enabled@autocast@at@@YAX_N@Z");
    }

    /// <exception cref="NotSupportedException">This libtorch does not export the switches.</exception>
    internal static AutocastFunctions Instance => s_instance.Value;

    internal bool IsCacheEnabled
    {
        get => _isCacheEnabled() != 0;
        set => _setCacheEnabled((byte)(value ? 1 : 0));
    }

    internal bool IsEnabled(DeviceType device) => _isEnabled((sbyte)device) != 0;

    internal void SetEnabled(DeviceType device, bool value) => _setEnabled((sbyte)device, (byte)(value ? 1 : 0));

    internal torch.ScalarType GetDataType(DeviceType device) => (torch.ScalarType)_getDataType((sbyte)device);

    internal void SetDataType(DeviceType device, torch.ScalarType type) => _setDataType((sbyte)device, (sbyte)type);

    internal void Enter() => _ = _incrementNesting();

    /// <summary>Leaves a region; the outermost one drops the copies of weights that the cache holds.</summary>
    internal void Leave()
    {
        if (_decrementNesting() == 0)
            _clearCache();
    }

    private static nint Find(string itaniumName, string microsoftName)
    {
        string name = OperatingSystem.IsWindows() ? microsoftName : itaniumName;
        return TorchExports.Find(name) is var address and not 0
            ? address
            : throw new NotSupportedException($"This libtorch does not export '{name}', by which autocast is switched; Hone.Torch is made for libtorch 2.10.");
    }
}
