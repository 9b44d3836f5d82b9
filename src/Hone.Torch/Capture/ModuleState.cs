using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>Leaves a module as it was, whether its run succeeds or not: training flags, buffers, random state, and what it keeps in fields.</summary>
internal static class ModuleState
{
    /// <summary>Runs a module and leaves it as it was, whatever it changes.</summary>
    public static T Preserve<T>(nn.Module module, Func<T> run) => Preserve(module, null, _ => run());

    /// <param name="module">The module, which runs in evaluation mode and without gradients.</param>
    /// <param name="session">Knows where the user's code writes fields.</param>
    /// <param name="run">The runs; it calls what it is given after each of them, to check that the state is unchanged.</param>
    /// <exception cref="CaptureException">The module kept a tensor of the run in a field, or changed a buffer.</exception>
    public static T Preserve<T>(nn.Module module, CaptureSession? session, Func<Action, T> run)
    {
        (nn.Module Module, bool Training)[] modules = [.. module.named_modules().Select(m => m.module).Prepend(module).Distinct().Select(m => (m, m.training))];
        FieldState[] fields = [.. modules.SelectMany(m => FieldState.Of(m.Module))];
        BufferState[] buffers = BufferState.Of(module);
        using Tensor random = get_rng_state();
        module.eval();
        try
        {
            using IDisposable _ = no_grad();
            return Run(() => run(() => RequireUnchanged(fields, buffers, session)), fields);
        }
        finally
        {
            foreach (FieldState field in fields)
                field.Restore();
            foreach (StaticState field in session?.Statics ?? [])
                field.Restore();
            foreach (BufferState buffer in buffers)
            {
                buffer.Restore();
                buffer.Dispose();
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

    private static T Run<T>(Func<T> run, FieldState[] fields)
    {
        try
        {
            return run();
        }
        catch (CaptureException error) when (Array.Find(fields, field => field.IsOtherPlainValue) is { } changed)
        {
            throw new CaptureException(
                $"{error.Message} {changed.OwnerName} also changes '{changed.Name}' while it runs, which may be the reason: a captured graph has no state.", error);
        }
    }

    private static void RequireUnchanged(FieldState[] fields, BufferState[] buffers, CaptureSession? session)
    {
        if (Array.Find(fields, field => field.HoldsOtherTensors) is { } kept)
        {
            throw new CaptureException(
                $"{kept.OwnerName} keeps a tensor of the run in '{kept.Name}': a captured graph has no state. "
                + "Take the old value as an input of forward and return the new one as an output.",
                session?.FindStore(kept.Field));
        }

        if (session?.Statics.FirstOrDefault(field => field.IsChanged) is { } global)
        {
            throw new CaptureException(
                $"The static field '{global.Field.Name}' of {global.Field.DeclaringType?.Name} is given a tensor of the run: a captured graph has no state. "
                + "Make the tensor in the constructor and register it as a buffer.",
                session?.FindStore(global.Field));
        }

        if (Array.Find(buffers, buffer => buffer.IsUsers && buffer.IsChanged) is { } updated)
        {
            throw new CaptureException(
                $"The module updates its buffer '{updated.Name}' while it runs: a captured graph has no state. "
                + "Return the new value as an output, or update the buffer outside of forward or in training mode only.");
        }
    }
}
