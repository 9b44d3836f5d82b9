using static TorchSharp.torch;

namespace Hone.Torch.Distillation;

/// <summary>Keeps what chosen parts of a module give back while it is called.</summary>
/// <remarks>Parts must be called through <c>call</c>, as all modules are that TorchSharp runs hooks for.</remarks>
public sealed class HiddenStates : IDisposable
{
    private readonly Dictionary<string, Tensor> _states = [];
    private readonly List<Action> _removals = [];

    /// <summary>Watches parts of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="names">Paths of parts that map one tensor to one.</param>
    /// <exception cref="ArgumentException">There is no such part, or it is of another kind.</exception>
    public HiddenStates(nn.Module module, params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(names);
        foreach (string name in names)
        {
            nn.Module? part = module.named_modules().FirstOrDefault(m => m.name == name).module;
            if (part is not nn.Module<Tensor, Tensor> watched)
            {
                Dispose();
                throw new ArgumentException($"{module.GetName()} has no part '{name}' that maps a tensor to a tensor; it has "
                    + $"{string.Join(", ", module.named_modules().Select(m => m.name))}.", nameof(names));
            }

            var hook = watched.register_forward_hook((_, _, output) =>
            {
                // The module may dispose its own object at the end of a scope.
                Keep(name, output.alias().DetachFromDisposeScope());
                return output;
            });
            _removals.Add(hook.remove);
        }
    }

    /// <summary>What the part gave back last.</summary>
    /// <exception cref="InvalidOperationException">It was not called.</exception>
    public Tensor this[string name] => _states.TryGetValue(name, out Tensor? state) ? state
        : throw new InvalidOperationException($"The part '{name}' was not called, or is not watched.");

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        _removals.ForEach(remove => remove());
        _removals.Clear();
        foreach (Tensor state in _states.Values)
            state.Dispose();
        _states.Clear();
    }

    private void Keep(string name, Tensor state)
    {
        if (_states.Remove(name, out Tensor? former))
            former.Dispose();
        _states.Add(name, state);
    }
}
