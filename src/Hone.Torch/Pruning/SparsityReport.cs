using System.Globalization;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning;

/// <summary>How much of a module is zero, parameter by parameter.</summary>
/// <param name="Layers">The parameters of two axes or more, in the module's order.</param>
public sealed record SparsityReport(IReadOnlyList<LayerSparsity> Layers)
{
    /// <value>Fraction of zeros in all of them.</value>
    public double Sparsity => Layers.Sum(l => l.ElementCount) is > 0 and long count ? (double)Layers.Sum(l => l.ZeroCount) / count : 0;

    /// <summary>Counts the zeros of a module and its parts.</summary>
    public static SparsityReport Of(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        List<LayerSparsity> layers = [];
        foreach ((string path, nn.Module part) in module.named_modules().Prepend(("", module)).DistinctBy(m => m.Item2))
        {
            string prefix = path.Length == 0 ? "" : $"{path}.";
            Dictionary<string, PrunedParameter> pruned = PrunedParameter.Of(part).ToDictionary(p => $"{p.Name}_orig");
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in part.named_parameters(recurse: false))
            {
                if (parameter.dim() < 2)
                    continue;
                PrunedParameter? masked = pruned.GetValueOrDefault(name);
                layers.Add(Count($"{prefix}{masked?.Name ?? name}", parameter, masked?.Mask));
            }
        }

        return new SparsityReport(layers);
    }

    /// <summary>A table, one line per parameter.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        int width = Layers.Select(l => l.Name.Length).Append("parameter".Length).Max();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"parameter".PadRight(width)}    elements    zeros  zero channels");
        foreach (LayerSparsity l in Layers)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{l.Name.PadRight(width)}  {l.ElementCount,10}  {l.Sparsity,6:0.0%}  {l.ZeroSliceCount,6} of {l.SliceCount}");
        return text.Append(CultureInfo.InvariantCulture,
            $"{"all".PadRight(width)}  {Layers.Sum(l => l.ElementCount),10}  {Sparsity,6:0.0%}").ToString();
    }

    private static LayerSparsity Count(string name, Tensor parameter, Tensor? mask)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor isZero = (mask is null ? parameter : parameter * mask).eq(0);
        return new LayerSparsity(
            name, parameter.numel(), isZero.sum().item<long>(), parameter.shape[0], isZero.flatten(1).all(1).sum().item<long>(), mask is not null);
    }
}
