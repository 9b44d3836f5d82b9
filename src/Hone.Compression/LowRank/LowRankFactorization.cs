using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Compression.LowRank;

/// <summary>Replaces layers of a graph by two thinner ones whose product is near to them; the result is standard ONNX.</summary>
/// <remarks>
/// Gemm and MatMul with a constant matrix; Conv of one group, by channels (<c>k x k</c> to few channels, then <c>1 x 1</c>) or, where that has fewer
/// weights, by axes (<c>k x 1</c>, then <c>1 x k</c>; Jaderberg et al., Speeding up Convolutional Neural Networks with Low Rank Expansions, 2014).
/// Quantized layers are left alone. Factorize once: the factors would be factorized again.
/// </remarks>
public static class LowRankFactorization
{
    /// <summary>Factorizes what gains by it.</summary>
    /// <param name="graph">Changed in place.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="isIncluded">Which nodes are looked at; null takes all.</param>
    /// <param name="cancellationToken">Stops between two layers; the graph stays valid.</param>
    /// <returns>The layers that were replaced, in order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static IReadOnlyList<FactorizedLayer> Run(Graph graph, LowRankOptions? options = null, Func<Node, bool>? isIncluded = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= new LowRankOptions();
        options.Validate();
        List<FactorizedLayer> layers = [];
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!(isIncluded?.Invoke(node) ?? true))
                continue;
            GraphPatch patch = new(graph, "factorize");
            FactorizedLayer? layer = node.Is("Conv") ? ConvFactors.Replace(patch, node, options) : node.Is("Gemm") || node.Is("MatMul")
                ? MatrixLayerFactors.Replace(patch, node, options) : null;
            if (layer is null)
                continue;
            patch.Apply();
            layers.Add(layer);
        }

        return layers;
    }
}
