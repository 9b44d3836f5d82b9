using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Hone.Torch.Native;

/// <summary>libtorch's convolutions on weights packed once for oneDNN, with an activation and an addition in the same pass.</summary>
/// <remarks>
/// These are the operators that <c>torch.compile</c> uses when it freezes a model: <c>mkldnn::_reorder_convolution_weight</c>,
/// <c>mkldnn::_convolution_pointwise</c> and its <c>binary</c> overload. They have no gradients.
/// </remarks>
internal static unsafe class PackedConvolution
{
    /// <summary>Version of the calling convention of <c>torch_call_dispatcher</c>: 2.10, as major and minor in the two highest bytes.</summary>
    private const ulong AbiVersion = (2UL << 56) | (10UL << 48);

    private static readonly delegate* unmanaged<nint, nint, nint*, long*, long, long*, long, long*, long, long, byte*, double**, long, byte**, nint*, int> s_convolve =
        (delegate* unmanaged<nint, nint, nint*, long*, long, long*, long, long*, long, long, byte*, double**, long, byte**, nint*, int>)TorchExports.Find(
            "aoti_torch_cpu_mkldnn__convolution_pointwise");

    private static readonly delegate* unmanaged<nint, nint, nint, nint*, long*, long, long*, long, long*, long, long, byte*, double*, byte**, double**, long, byte**, nint*, int>
        s_convolveAndAdd =
        (delegate* unmanaged<nint, nint, nint, nint*, long*, long, long*, long, long*, long, long, byte*, double*, byte**, double**, long, byte**, nint*, int>)TorchExports.Find(
            "aoti_torch_cpu_mkldnn__convolution_pointwise_binary");

    private static readonly delegate* unmanaged<nuint, nint*, int> s_newList = (delegate* unmanaged<nuint, nint*, int>)TorchExports.Find("torch_new_list_reserve_size");

    private static readonly delegate* unmanaged<nint, ulong, int> s_pushBack = (delegate* unmanaged<nint, ulong, int>)TorchExports.Find("torch_list_push_back");

    private static readonly delegate* unmanaged<byte*, byte*, ulong*, ulong, int> s_call =
        (delegate* unmanaged<byte*, byte*, ulong*, ulong, int>)TorchExports.Find("torch_call_dispatcher");

    private static readonly delegate* unmanaged<nint, nint*, int> s_share = (delegate* unmanaged<nint, nint*, int>)TorchExports.Find("aoti_torch_new_tensor_handle");

    /// <summary>
    /// Whether this libtorch has them. Packing passes an optional list whose memory libtorch frees by the C library's <c>free</c>: so it is done where
    /// that is .NET's native heap too, on Linux.
    /// </summary>
    internal static bool IsAvailable { get; } = OperatingSystem.IsLinux() && s_convolve is not null && s_convolveAndAdd is not null && s_newList is not null
        && s_pushBack is not null && s_call is not null && s_share is not null && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Packs a weight for inputs of a size; it then works for others too.</summary>
    /// <param name="weight">float32 <c>[out, in / groups, kernel...]</c>.</param>
    /// <param name="window">Padding, strides, dilations and groups.</param>
    /// <param name="inputShape">A typical input.</param>
    /// <returns>An opaque tensor that only <see cref="Convolve"/> and <see cref="ConvolveAndAdd"/> understand.</returns>
    internal static Tensor Pack(Tensor weight, ConvolutionWindow window, long[] inputShape)
    {
        ulong* size = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *size = List(inputShape);
        nint handle;
        Check(s_share(weight.Handle, &handle), "share a tensor");
        // The operator returns through the first slot.
        ulong* stack = stackalloc ulong[6] { (ulong)handle, List(window.Padding), List(window.Strides), List(window.Dilations), (ulong)window.Groups, (ulong)size };
        fixed (byte* name = "mkldnn::_reorder_convolution_weight\0"u8, overload = "\0"u8)
            Check(s_call(name, overload, stack, AbiVersion), "pack the weight of a convolution");
        GC.KeepAlive(weight);
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    /// <summary>Convolution, bias and activation.</summary>
    /// <param name="input">float32 <c>[N, C, H, W]</c>, best channels-last.</param>
    /// <param name="weight">As packed.</param>
    /// <param name="bias"><c>[out]</c> or null.</param>
    /// <param name="window">As packed.</param>
    /// <param name="activation">What follows.</param>
    internal static Tensor Convolve(Tensor input, Tensor weight, Tensor? bias, ConvolutionWindow window, FusedActivation activation)
    {
        nint biasHandle = bias?.Handle ?? 0;
        nint result;
        double* scalars = stackalloc double[2] { activation.Minimum, activation.Maximum };
        double** scalarSlots = stackalloc double*[2] { scalars, scalars + 1 };
        fixed (long* padding = window.Padding, strides = window.Strides, dilations = window.Dilations)
        fixed (byte* name = activation.Name)
        {
            long rank = window.Padding.Length;
            Check(
                s_convolve(
                    input.Handle, weight.Handle, bias is null ? null : &biasHandle, padding, rank, strides, rank, dilations, rank, window.Groups,
                    name, scalarSlots, activation.HasBounds ? 2 : 0, null, &result),
                "run a packed convolution");
        }

        GC.KeepAlive(input);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        return Tensor.UnsafeCreateTensor(result);
    }

    /// <summary>Convolution, bias, addition of a tensor of the output's shape, and optionally ReLU.</summary>
    internal static Tensor ConvolveAndAdd(Tensor input, Tensor other, Tensor weight, Tensor? bias, ConvolutionWindow window, bool hasRelu)
    {
        nint biasHandle = bias?.Handle ?? 0;
        nint result;
        fixed (long* padding = window.Padding, strides = window.Strides, dilations = window.Dilations)
        fixed (byte* add = "add\0"u8, relu = "relu\0"u8)
        {
            byte* unary = relu;
            long rank = window.Padding.Length;
            Check(
                s_convolveAndAdd(
                    input.Handle, other.Handle, weight.Handle, bias is null ? null : &biasHandle, padding, rank, strides, rank, dilations, rank, window.Groups,
                    add, null, hasRelu ? &unary : null, null, 0, null, &result),
                "run a packed convolution with an addition");
        }

        GC.KeepAlive(input);
        GC.KeepAlive(other);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        return Tensor.UnsafeCreateTensor(result);
    }

    private static ulong List(long[] values)
    {
        nint list;
        Check(s_newList((nuint)values.Length, &list), "make a list");
        foreach (long value in values)
            Check(s_pushBack(list, (ulong)value), "fill a list");
        return (ulong)list;
    }

    private static void Check(int status, string what)
    {
        if (status != 0)
            throw new HoneException($"libtorch could not {what}; its reason is on standard error.");
    }
}
