using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning;

/// <summary>
/// One parameter of a module under a mask: before each call the module's field gets <c>orig * mask</c>, and gradients flow to <c>orig</c>.
/// </summary>
internal sealed class PrunedParameter
{
    private const BindingFlags AnyField = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private static readonly ConditionalWeakTable<nn.Module, Dictionary<string, PrunedParameter>> s_pruned = [];

    private readonly nn.Module _module;
    private readonly FieldInfo _field;
    private readonly object _hook;
    private Parameter? _effective;

    private PrunedParameter(nn.Module module, string name, FieldInfo field, Parameter original)
    {
        _module = module;
        Name = name;
        _field = field;
        Original = original;
        Mask = ones_like(original, requires_grad: false).DetachFromDisposeScope();
        _hook = RegisterHook(module, _ => RefreshBeforeCall());
        Registered(module).Remove(name);
        module.register_parameter($"{name}_orig", original);
        module.register_buffer($"{name}_mask", Mask);
    }

    /// <value>Name of the parameter in its module.</value>
    internal string Name { get; }

    /// <value>The parameter that is trained.</value>
    internal Parameter Original { get; }

    /// <value>1 for what stays, 0 for what is pruned.</value>
    internal Tensor Mask { get; }

    /// <value>Whether calls leave the masked parameter as it is.</value>
    internal bool IsHeld { get; set; }

    /// <value>The masked parameter as it was computed last.</value>
    internal Parameter Effective => _effective ?? Refresh();

    /// <value>What has been applied so far.</value>
    internal PruningContainer Container { get; } = new();

    /// <summary>The pruned parameters of one module itself.</summary>
    internal static IReadOnlyCollection<PrunedParameter> Of(nn.Module module) =>
        s_pruned.TryGetValue(module, out Dictionary<string, PrunedParameter>? pruned) ? pruned.Values : [];

    /// <summary>The pruned parameter of that name, or null.</summary>
    internal static PrunedParameter? Find(nn.Module module, string name) =>
        s_pruned.TryGetValue(module, out Dictionary<string, PrunedParameter>? pruned) ? pruned.GetValueOrDefault(name) : null;

    /// <summary>The pruned parameter of that name; puts it under a mask of ones when it is not yet pruned.</summary>
    /// <exception cref="ArgumentException">The module has no such parameter, or does not read it from a field.</exception>
    internal static PrunedParameter FindOrCreate(nn.Module module, string name)
    {
        if (Find(module, name) is { } existing)
            return existing;
        if (!Registered(module).TryGetValue(name, out Parameter? original))
            throw new ArgumentException($"The module {module.GetName()} has no parameter '{name}' of its own.", nameof(name));
        PrunedParameter pruned = new(module, name, FieldOf(module, name, original), original);
        s_pruned.GetOrCreateValue(module).Add(name, pruned);
        return pruned;
    }

    /// <summary>Sets the mask in place, and the module's field by it.</summary>
    internal void SetMask(Tensor mask)
    {
        using (no_grad())
            Mask.copy_(mask);
        Refresh();
    }

    /// <summary>The masked parameter, computed anew; valid until the next call.</summary>
    internal Parameter Refresh()
    {
        Tensor product = Original * Mask;
        Parameter effective = (Parameter)new Parameter(product, product.requires_grad).DetachFromDisposeScope();
        _field.SetValue(_module, effective);
        _effective?.Dispose();
        _effective = effective;
        return effective;
    }

    /// <summary>Makes the mask permanent: the module has its parameter back, with zeros.</summary>
    internal void Remove()
    {
        _hook.GetType().GetMethod("remove")!.Invoke(_hook, null);
        using (no_grad())
            Original.mul_(Mask);
        Registered(_module).Remove($"{Name}_orig");
        Buffers(_module).Remove($"{Name}_mask");
        _module.register_parameter(Name, Original);
        _field.SetValue(_module, Original);
        _effective?.Dispose();
        Mask.Dispose();
        if (s_pruned.TryGetValue(_module, out Dictionary<string, PrunedParameter>? pruned))
            pruned.Remove(Name);
    }

    private void RefreshBeforeCall()
    {
        if (!IsHeld)
            Refresh();
    }

    /// <summary>TorchSharp's layers keep a parameter in a field that an attribute names; modules of one's own in a field of that name.</summary>
    private static FieldInfo FieldOf(nn.Module module, string name, Parameter value)
    {
        for (Type? type = module.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(AnyField))
            {
                string component = field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
                if (component == name && field.FieldType.IsAssignableFrom(typeof(Parameter)) && field.GetValue(module) is Tensor held
                    && held.Handle == value.Handle)
                    return field;
            }
        }

        throw new ArgumentException(
            $"The module {module.GetName()} does not read its parameter '{name}' from a field, so a mask cannot come in between: recurrent "
                + "layers keep theirs in native memory.", nameof(name));
    }

    private static object RegisterHook(nn.Module module, Action<nn.Module> hook)
    {
        MethodInfo register = module.GetType().GetMethod("register_forward_pre_hook", [typeof(Action<nn.Module>)])
            ?? throw new ArgumentException($"The module {module.GetName()} has no forward method that can be hooked.", nameof(module));
        return register.Invoke(module, [hook])!; // never null by its declaration
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_params")]
    private static extern ref OrderedDict<string, Parameter> Registered(nn.Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
    private static extern ref OrderedDict<string, (Tensor, bool)> Buffers(nn.Module module);
}
