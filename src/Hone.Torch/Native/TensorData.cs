using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Hone.Torch.Native;

/// <summary>The address of a tensor's first element, which TorchSharp only gives for some element types.</summary>
internal static partial class TensorData
{
    /// <summary>Valid while the tensor lives.</summary>
    internal static nint Pointer(Tensor tensor) =>
        DataPointer(tensor.Handle, out nint pointer) == 0
            ? pointer
            : throw new HoneException("libtorch could not give the address of a tensor; its reason is on standard error.");

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_get_data_ptr")]
    private static partial int DataPointer(nint tensor, out nint pointer);
}
