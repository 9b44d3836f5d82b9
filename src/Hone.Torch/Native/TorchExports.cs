using System.Runtime.InteropServices;

namespace Hone.Torch.Native;

/// <summary>Functions that libtorch exports and TorchSharp does not bind.</summary>
internal static class TorchExports
{
    private static readonly Lazy<nint> s_library = new(Load);

    /// <summary>The address of an exported function, or 0 where this libtorch has none of the name.</summary>
    internal static nint Find(string name) => NativeLibrary.TryGetExport(s_library.Value, name, out nint address) ? address : 0;

    private static nint Load()
    {
        // The first tensor makes TorchSharp load libtorch.
        TorchSharp.torch.empty(0).Dispose();
        string file = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
        return NativeLibrary.Load(file, typeof(TorchExports).Assembly, null);
    }
}
