using TorchSharp;

namespace Hone.Torch.Tests.Lowering;

/// <summary>The module classes of TorchSharp.</summary>
internal static class TorchSharpModules
{
    /// <summary>Those that compute something themselves: concrete, with a <c>forward</c>, no containers of other modules.</summary>
    public static IReadOnlyList<Type> Leaves { get; } =
        [.. typeof(torch).Assembly.GetTypes()
            .Where(t => t is { IsPublic: true, IsAbstract: false, IsGenericType: false, Namespace: "TorchSharp.Modules" }
                && typeof(torch.nn.Module).IsAssignableFrom(t) && t.GetMethods().Any(m => m.Name == "forward"))
            .OrderBy(t => t.Name, StringComparer.Ordinal)];
}
