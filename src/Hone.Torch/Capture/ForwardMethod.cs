using System.Reflection;
using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>The method of a module that takes given arguments: <c>call</c>, which runs hooks too, or else <c>forward</c>.</summary>
/// <param name="Method">The method.</param>
/// <param name="Arguments">All its arguments, optional ones filled in.</param>
internal sealed record ForwardMethod(MethodInfo Method, object?[] Arguments)
{
    /// <exception cref="CaptureException">No method fits.</exception>
    public static ForwardMethod Find(nn.Module module, IReadOnlyList<object?> arguments)
    {
        MethodInfo[] methods = module.GetType().GetMethods(BindingFlags.Instance | BindingFlags.Public);
        MethodInfo? method = methods.Where(m => m.Name is "call" or "forward" && Accepts(m.GetParameters(), arguments))
            .OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.GetParameters().Length).FirstOrDefault();
        if (method is null)
        {
            string given = string.Join(", ", arguments.Select(a => a?.GetType().Name ?? "null"));
            string known = string.Join("; ", methods.Where(m => m.Name is "forward")
                .Select(m => $"forward({string.Join(", ", m.GetParameters().Select(p => p.ParameterType.Name))})"));
            throw new CaptureException($"{module.GetType().Name} has no forward method for the example inputs ({given}); it has: {(known.Length > 0 ? known : "none")}.");
        }

        IEnumerable<object?> defaults = method.GetParameters().Skip(arguments.Count).Select(p => p.HasDefaultValue ? p.DefaultValue : null);
        // `call` names its parameters input1, input2, …; forward has the user's names.
        return new ForwardMethod(method, [.. arguments, .. defaults]) { ParameterNames = NamesOf(methods, method, arguments) };
    }

    /// <value>Names that the user gave to the parameters.</value>
    public IReadOnlyList<string> ParameterNames { get; private init; } = [];

    private static IReadOnlyList<string> NamesOf(MethodInfo[] methods, MethodInfo method, IReadOnlyList<object?> arguments)
    {
        MethodInfo named = methods.FirstOrDefault(
            m => m.Name == "forward" && !m.IsAbstract && m.GetParameters().Length == method.GetParameters().Length && Accepts(m.GetParameters(), arguments)) ?? method;
        return [.. named.GetParameters().Select(p => p.Name ?? "input")];
    }

    private static bool Accepts(ParameterInfo[] parameters, IReadOnlyList<object?> arguments)
    {
        if (parameters.Length < arguments.Count || parameters.Skip(arguments.Count).Any(p => !p.HasDefaultValue))
            return false;
        return arguments.Zip(parameters).All(pair => pair.First is null
            ? !pair.Second.ParameterType.IsValueType || Nullable.GetUnderlyingType(pair.Second.ParameterType) is not null
            : pair.Second.ParameterType.IsInstanceOfType(pair.First));
    }
}
