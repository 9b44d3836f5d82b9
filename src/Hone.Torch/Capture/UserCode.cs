using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>Tells whose code a method is: TorchSharp's, whose calls are recorded; the user's, which is cloned; or anything else, which just runs.</summary>
internal static class UserCode
{
    private static readonly Assembly s_torchSharp = typeof(torch).Assembly;
    private static readonly ConcurrentDictionary<Assembly, bool> s_assemblies = [];

    public static bool IsTorchSharp(MemberInfo member) => member.Module.Assembly == s_torchSharp;

    /// <summary>Only an assembly that refers to TorchSharp can touch tensors of its own accord.</summary>
    public static bool IsUser(MemberInfo member) => s_assemblies.GetOrAdd(member.Module.Assembly, IsUserAssembly);

    /// <summary>
    /// Methods of TorchSharp's own modules that run managed code of tensors: <c>call</c> (with its hooks), <c>forward</c>, and the
    /// non-public methods they share. They are cloned like the user's, so that what they call is recorded.
    /// </summary>
    public static bool IsModuleEntry(MethodBase method)
    {
        Type? type = method.DeclaringType;
        if (type is null || method.IsStatic || method is not MethodInfo { ReturnType: { } result } || result == typeof(void))
            return false;
        bool isModule = typeof(nn.Module).IsAssignableFrom(type) || type.Name.StartsWith("IModule`", StringComparison.Ordinal);
        return isModule && (method.Name is "call" or "forward" || (IsTorchSharp(method) && !method.IsPublic && result == typeof(Tensor) && !method.IsSpecialName));
    }

    public static bool IsClonable(MethodBase method) =>
        // A clone itself belongs to no type.
        method.DeclaringType is not null && !method.IsAbstract && !method.ContainsGenericParameters
        && (IsUser(method) || IsModuleEntry(method)) && method.GetMethodBody() is not null;

    private static bool IsUserAssembly(Assembly assembly) =>
        assembly != s_torchSharp && assembly != typeof(UserCode).Assembly
        && assembly.GetReferencedAssemblies().Any(name => name.Name == s_torchSharp.GetName().Name);
}
