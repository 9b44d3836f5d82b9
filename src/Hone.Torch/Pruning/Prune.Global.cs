using Hone.Torch.Pruning.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning;

public static partial class Prune
{
    /// <summary>Prunes several parameters as if they were one: what matters least anywhere goes first (PyTorch's
    /// <c>global_unstructured</c>).</summary>
    /// <param name="parameters">Modules with the names of their parameters.</param>
    /// <param name="method">An unstructured method; its amount is of all elements together.</param>
    /// <param name="importanceScores">Importance per parameter, of its shape; null, or a parameter left out, takes the parameter.</param>
    /// <exception cref="ArgumentException">No parameters, a structured method, or scores of another shape.</exception>
    public static void GlobalUnstructured(
        IReadOnlyList<(nn.Module Module, string Name)> parameters,
        PruningMethod method,
        IReadOnlyDictionary<(nn.Module Module, string Name), Tensor>? importanceScores = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(method);
        if (parameters.Count == 0)
            throw new ArgumentException("There is nothing to prune.", nameof(parameters));
        if (method.Type != PruningType.Unstructured)
            throw new ArgumentException($"Only unstructured methods work on several parameters; {method.GetType().Name} is {method.Type}.",
                nameof(method));
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> scores = [];
        List<Tensor> masks = [];
        foreach ((nn.Module module, string name) in parameters)
        {
            PrunedParameter? pruned = PrunedParameter.Find(module, name);
            Tensor parameter = pruned is null ? OwnParameter(module, name) : pruned.Original * pruned.Mask;
            Tensor score = importanceScores?.GetValueOrDefault((module, name)) ?? parameter;
            if (!score.shape.SequenceEqual(parameter.shape))
                throw new ArgumentException($"Importance scores of '{name}' have the shape [{string.Join(", ", score.shape)}] instead of "
                    + $"[{string.Join(", ", parameter.shape)}].", nameof(importanceScores));
            scores.Add(score.flatten());
            masks.Add((pruned?.Mask ?? ones_like(parameter)).flatten());
        }

        Tensor mask = new PruningContainer().Add(method, cat(scores), cat(masks));
        long start = 0;
        foreach ((nn.Module module, string name) in parameters)
        {
            PrunedParameter pruned = PrunedParameter.FindOrCreate(module, name);
            long count = pruned.Mask.numel();
            CustomFromMask(module, name, mask.slice(0, start, start + count, 1).view(pruned.Mask.shape));
            start += count;
        }
    }

    /// <summary>Prunes the elements of least magnitude of several parameters together.</summary>
    public static void GlobalL1Unstructured(IReadOnlyList<(nn.Module Module, string Name)> parameters, PruningAmount amount) =>
        GlobalUnstructured(parameters, new L1Unstructured(amount));

    private static Tensor OwnParameter(nn.Module module, string name) =>
        module.named_parameters(recurse: false).FirstOrDefault(p => p.name == name).parameter
        ?? throw new ArgumentException($"The module {module.GetName()} has no parameter '{name}' of its own.", nameof(name));
}
