using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Hone.Torch.Native;

/// <summary>Calls ATen operators that TorchSharp does not bind, by name, through libtorch's own dispatcher: autograd and autocast included.</summary>
/// <remarks>
/// The entry point is <c>aoti_torch_call_dispatcher</c> of libtorch's stable C interface. Every argument is one 64-bit slot: a tensor handle,
/// an integer, the bits of a double, or 0/1. The call takes ownership of the tensor handles, so each tensor is passed by a handle of its own.
/// </remarks>
internal static unsafe partial class AtenDispatcher
{
    /// <summary>Calls an operator of one tensor result.</summary>
    /// <param name="name">With its namespace, for example <c>aten::fake_quantize_per_channel_affine</c>.</param>
    /// <param name="overload">Name of the overload; empty for the default one.</param>
    /// <param name="arguments">All arguments of the schema, defaults too; at least one is a tensor.</param>
    /// <exception cref="HoneException">libtorch refused the call; it has printed its reason on standard error.</exception>
    internal static Tensor Call(string name, string overload, params ReadOnlySpan<AtenArgument> arguments)
    {
        Span<ulong> stack = stackalloc ulong[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
            stack[i] = arguments[i].Tensor is { } tensor ? (ulong)Share(tensor) : arguments[i].Bits;
        int status;
        fixed (ulong* slots = stack)
            status = CallDispatcher(name, overload, slots);
        foreach (AtenArgument argument in arguments)
            GC.KeepAlive(argument.Tensor);
        if (status != 0)
            throw new HoneException($"libtorch could not run {name}{(overload.Length > 0 ? "." : "")}{overload}; its reason is on standard error.");
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    private static nint Share(Tensor tensor)
    {
        if (NewTensorHandle(tensor.Handle, out nint handle) != 0)
            throw new HoneException("libtorch could not share a tensor; its reason is on standard error.");
        return handle;
    }

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_call_dispatcher", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CallDispatcher(string operatorName, string overloadName, ulong* stack);

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_new_tensor_handle")]
    private static partial int NewTensorHandle(nint original, out nint handle);
}
