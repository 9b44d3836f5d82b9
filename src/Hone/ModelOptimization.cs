using Hone.Graphs;
using Hone.Passes;

namespace Hone;

/// <summary>Makes models smaller and simpler without changing what they compute.</summary>
public static class ModelOptimization
{
    extension(Model model)
    {
        /// <summary>A model with folded constants and batch normalizations and without what does nothing; it is portable and can be saved.</summary>
        /// <param name="options">Null for the defaults.</param>
        /// <param name="progress">Told the name of each pass before it runs.</param>
        /// <param name="cancellationToken">Stops between two passes.</param>
        /// <returns>A new model; this one is not changed.</returns>
        public Model Optimize(PortablePassOptions? options = null, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
        {
            Graph graph = model.Graph.Copy();
            PortablePipeline.Create(options).Run(graph, progress, cancellationToken);
            return new Model(graph, model.Metadata);
        }
    }
}
