using System.Reflection;
using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>Leaves a module as it was: training flags, random state, gradients off while it runs, and tensors kept in fields.</summary>
internal static class ModuleState
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <exception cref="CaptureException">The module kept a tensor of the run in a field.</exception>
    public static T Preserve<T>(nn.Module module, Func<T> run)
    {
        (nn.Module Module, bool Training)[] modules = [.. module.named_modules().Select(m => m.module).Prepend(module).Distinct().Select(m => (m, m.training))];
        List<(nn.Module Module, FieldInfo Field, Tensor? Value)> kept = [.. modules.SelectMany(m => TensorFields(m.Module))];
        using Tensor random = get_rng_state();
        module.eval();
        try
        {
            using IDisposable _ = no_grad();
            T result = run();
            if (kept.FirstOrDefault(f => !ReferenceEquals(f.Field.GetValue(f.Module), f.Value)) is { Field: { } changed } place)
            {
                throw new CaptureException(
                    $"{place.Module.GetType().Name} keeps a tensor of the run in '{changed.Name}': a captured graph has no state. "
                    + "Take the old value as an input and return the new one as an output.");
            }

            return result;
        }
        finally
        {
            foreach ((nn.Module owner, FieldInfo field, Tensor? value) in kept)
            {
                if (!field.IsInitOnly && !ReferenceEquals(field.GetValue(owner), value))
                    field.SetValue(owner, value);
            }

            set_rng_state(random);
            // A parent sets its children too, and comes before them in the list: they are set right afterwards.
            foreach ((nn.Module part, bool training) in modules)
            {
                if (part.training != training)
                    part.train(training);
            }
        }
    }

    private static IEnumerable<(nn.Module Module, FieldInfo Field, Tensor? Value)> TensorFields(nn.Module module)
    {
        for (Type? type = module.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(Fields))
            {
                if (typeof(Tensor).IsAssignableFrom(field.FieldType))
                    yield return (module, field, (Tensor?)field.GetValue(module));
            }
        }
    }
}
