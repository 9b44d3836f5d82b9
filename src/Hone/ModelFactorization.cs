using Hone.Compression.LowRank;
using Hone.Graphs;

namespace Hone;

/// <summary>Makes models smaller by factorizing their weights.</summary>
public static class ModelFactorization
{
    extension(Model model)
    {
        /// <summary>A model whose large layers are two thinner ones each; see <see cref="LowRankFactorization"/>.</summary>
        /// <param name="layers">What was replaced, in order.</param>
        /// <param name="options">Null for the defaults.</param>
        /// <param name="isIncluded">Which nodes are looked at; null takes all.</param>
        /// <param name="cancellationToken">Stops between two layers.</param>
        /// <returns>A new model; this one is not changed.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
        public Model FactorizeLowRank(
            out IReadOnlyList<FactorizedLayer> layers, LowRankOptions? options = null, Func<Node, bool>? isIncluded = null,
                CancellationToken cancellationToken = default)
        {
            Graph graph = model.Graph.Copy();
            layers = LowRankFactorization.Run(graph, options, isIncluded, cancellationToken);
            return new Model(graph, model.Metadata);
        }
    }
}
