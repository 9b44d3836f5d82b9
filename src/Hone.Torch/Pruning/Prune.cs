using Hone.Torch.Pruning.Methods;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning;

/// <summary>PyTorch's <c>torch.nn.utils.prune</c> for TorchSharp modules.</summary>
/// <remarks>
/// <para>A pruned parameter <c>weight</c> becomes the parameter <c>weight_orig</c>, which is trained, and the buffer <c>weight_mask</c>; each
/// <c>call</c> of the module computes with <c>weight_orig * weight_mask</c>. Pruning it again prunes what is left. An optimizer made before keeps
/// working: <c>weight_orig</c> is the same tensor.</para>
/// <para>Pruned is a module that reads the parameter from a field: TorchSharp's linear, convolution, normalization and embedding layers, and
/// modules of one's own; recurrent layers and <c>GraphModule</c> are refused. A pruned module stays on its device until <see cref="Remove"/>.</para>
/// </remarks>
public static partial class Prune
{
    /// <summary>Prunes by any method.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">Name of the parameter, usually <c>weight</c>.</param>
    /// <param name="method">The method.</param>
    /// <param name="importanceScores">Importance of each element, of the parameter's shape; null takes the parameter.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">No such parameter, or the scores are of another shape.</exception>
    public static T Apply<T>(T module, string name, PruningMethod method, Tensor? importanceScores = null)
        where T : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(method);
        bool isNew = PrunedParameter.Find(module, name) is null;
        PrunedParameter pruned = PrunedParameter.FindOrCreate(module, name);
        try
        {
            if (importanceScores is not null && !importanceScores.shape.SequenceEqual(pruned.Mask.shape))
                throw new ArgumentException($"Importance scores have the shape [{string.Join(", ", importanceScores.shape)}], '{name}' has "
                    + $"[{string.Join(", ", pruned.Mask.shape)}].", nameof(importanceScores));
            using Tensor? masked = importanceScores is null ? pruned.Original.detach() * pruned.Mask : null;
            using Tensor mask = pruned.Container.Add(method, importanceScores ?? masked!, pruned.Mask); // one of both is set
            pruned.SetMask(mask);
        }
        catch (Exception) when (isNew)
        {
            pruned.Remove();
            throw;
        }

        return module;
    }

    /// <summary>Puts a parameter under a mask of ones.</summary>
    public static T Identity<T>(T module, string name)
        where T : nn.Module => Apply(module, name, new Identity());

    /// <summary>Prunes elements at random.</summary>
    public static T RandomUnstructured<T>(T module, string name, PruningAmount amount, Generator? generator = null)
        where T : nn.Module => Apply(module, name, new RandomUnstructured(amount, generator));

    /// <summary>Prunes the elements of least magnitude.</summary>
    public static T L1Unstructured<T>(T module, string name, PruningAmount amount, Tensor? importanceScores = null)
        where T : nn.Module => Apply(module, name, new L1Unstructured(amount), importanceScores);

    /// <summary>Prunes slices along an axis at random.</summary>
    public static T RandomStructured<T>(T module, string name, PruningAmount amount, int dim = 0, Generator? generator = null)
        where T : nn.Module => Apply(module, name, new RandomStructured(amount, dim, generator));

    /// <summary>Prunes the slices of least n-norm along an axis.</summary>
    public static T LnStructured<T>(T module, string name, PruningAmount amount, double n, int dim = 0, Tensor? importanceScores = null)
        where T : nn.Module => Apply(module, name, new LnStructured(amount, n, dim), importanceScores);

    /// <summary>Prunes the slices nearest to the geometric median along an axis; see <see cref="Methods.GeometricMedianStructured"/>.</summary>
    public static T GeometricMedianStructured<T>(T module, string name, PruningAmount amount, int dim = 0)
        where T : nn.Module => Apply(module, name, new GeometricMedianStructured(amount, dim));

    /// <summary>Keeps the n largest of every m neighbours along an axis.</summary>
    public static T NOfM<T>(T module, string name, int n = 2, int m = 4, int dim = 1)
        where T : nn.Module => Apply(module, name, new NOfM(n, m, dim));

    /// <summary>Prunes the blocks of least norm of the weight as a matrix.</summary>
    public static T Block<T>(T module, string name, PruningAmount amount, int rows, int columns)
        where T : nn.Module => Apply(module, name, new Block(amount, rows, columns));

    /// <summary>Prunes what a mask says.</summary>
    public static T CustomFromMask<T>(T module, string name, Tensor mask)
        where T : nn.Module => Apply(module, name, new CustomFromMask(mask));

    /// <summary>Makes the pruning of a parameter permanent: it has its name back, holds zeros, and is free to change.</summary>
    /// <exception cref="ArgumentException">The parameter is not pruned.</exception>
    public static T Remove<T>(T module, string name)
        where T : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        PrunedParameter pruned = PrunedParameter.Find(module, name)
            ?? throw new ArgumentException($"The parameter '{name}' of {module.GetName()} is not pruned.", nameof(name));
        pruned.Remove();
        return module;
    }

    /// <summary>Makes the pruning of every parameter of a module and its parts permanent.</summary>
    public static void RemoveAll(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (nn.Module part in Parts(module))
        {
            foreach (PrunedParameter pruned in PrunedParameter.Of(part).ToArray())
                pruned.Remove();
        }
    }

    /// <summary>Whether a parameter of the module or of one of its parts is pruned.</summary>
    public static bool IsPruned(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Parts(module).Any(m => PrunedParameter.Of(m).Count > 0);
    }

    /// <summary>What has been applied to a parameter, in order; none when it is not pruned.</summary>
    public static IReadOnlyList<PruningMethod> History(nn.Module module, string name)
    {
        ArgumentNullException.ThrowIfNull(module);
        return PrunedParameter.Find(module, name)?.Container.Methods ?? [];
    }

    /// <summary>Computes the masked parameters anew and keeps them, whatever is called, until the result is disposed.</summary>
    internal static HeldParameters Hold(nn.Module module) => new([.. Parts(module).SelectMany(PrunedParameter.Of)]);

    /// <summary>The masked parameters under the names that they had before.</summary>
    internal static IEnumerable<(string Name, Tensor Masked)> EffectiveParameters(nn.Module module) =>
        module.named_modules().Prepend(("", module)).DistinctBy(m => m.Item2)
            .SelectMany(m => PrunedParameter.Of(m.Item2).Select(p => (m.Item1.Length == 0 ? p.Name : $"{m.Item1}.{p.Name}", (Tensor)p.Effective)));

    internal static IEnumerable<nn.Module> Parts(nn.Module module) => module.named_modules().Select(m => m.module).Prepend(module).Distinct();
}
