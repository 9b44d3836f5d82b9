using System.Collections.Frozen;
using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>What the names of TorchSharp's methods say about them.</summary>
internal static class CallKinds
{
    /// <summary>They give the same tensor under another object, or the same object.</summary>
    private static readonly FrozenSet<string> s_aliases = FrozenSet.Create(
        "alias", "detach", "detach_", "requires_grad_", "MoveToOuterDisposeScope", "MoveToOtherDisposeScope", "DetachFromDisposeScope", "with_requires_grad", "AsParameter");

    /// <summary>They tell about a tensor what does not depend on its elements, or only manage it.</summary>
    private static readonly FrozenSet<string> s_metadata = FrozenSet.Create(
        "get_shape", "size", "get_ndim", "dim", "get_Dimensions", "numel", "get_NumberOfElements", "get_dtype", "get_device", "get_device_type",
        "get_device_index", "is_floating_point", "is_complex", "is_contiguous", "is_integral", "stride", "get_requires_grad", "set_requires_grad", "get_IsInvalid", "Dispose",
        "ToString", "str", "jlstr", "npstr", "cstr", "print", "get_is_sparse", "get_layout", "get_Handle", "element_size", "get_ElementSize", "GetHashCode", "get_is_leaf",
        "get_names", "has_names", "is_cpu", "is_cuda", "get_is_cuda", "is_mps", "MoveToOuterDisposeScope", "DetachFromDisposeScope", "AttachToDisposeScope",
        "retain_grad", "can_cast", "result_type", "is_inference", "is_same_size", "get_is_view", "Include", "register_hook", "is_tensor");

    public static bool IsAlias(string name) => s_aliases.Contains(name);

    /// <summary>Whether the call reads elements into C#: it takes a tensor and gives no tensor, and is not known as harmless.</summary>
    public static bool ReadsElements(MethodInfo method) =>
        (method.DeclaringType == typeof(Tensor) || method.DeclaringType == typeof(torch) || method.DeclaringType == typeof(TensorExtensionMethods))
        && !s_metadata.Contains(method.Name);

    /// <summary>Whether the call changes its first tensor: by its name, by assignment to an index, or by an argument that asks for it.</summary>
    public static bool IsInPlace(MethodInfo method, object?[] arguments)
    {
        if (method.Name == "set_TensorItems" || (method.Name.EndsWith('_') && !method.Name.EndsWith("__", StringComparison.Ordinal)))
            return true;
        ParameterInfo[] parameters = method.GetParameters();
        int receiver = arguments.Length - parameters.Length;
        return Array.Exists(parameters, p => p.Name == "inplace" && arguments[receiver + p.Position] is true);
    }

    /// <summary>The operation that a method stands for: its name without the in-place underscore.</summary>
    public static string OperationOf(MethodInfo method) => method.Name switch
    {
        // TorchSharp gives its indexer a name of its own.
        "get_TensorItems" => "get_Item",
        "set_TensorItems" => "set_Item",
        { Length: > 1 } name => name.TrimEnd('_'),
        string name => name,
    };

    /// <summary>The call as it looks in C#: conversions have no name there.</summary>
    public static string DescribeRead(MethodInfo method)
    {
        if (method.Name is "op_Explicit" or "op_Implicit")
            return $"The conversion of a tensor to {method.ReturnType.Name}";
        // Extension methods look like the tensor's own.
        return method.DeclaringType == typeof(TensorExtensionMethods) ? $"Tensor.{method.Name}" : $"{method.DeclaringType?.Name}.{method.Name}";
    }
}
