using Hone.Compression.Channels;
using Hone.Graphs;
using Hone.Passes;

namespace Hone;

/// <summary>Makes models smaller by leaving parts of them out.</summary>
public static class ModelCompression
{
    extension(Model model)
    {
        /// <summary>Plans which channels to remove: look at its groups, train under its masks, or shrink at once.</summary>
        /// <param name="options">Null removes the half of each group whose weights have the least L1 norm.</param>
        /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
        public ChannelPlan PlanChannelPruning(ChannelPruningOptions? options = null) => ChannelPlan.Create(Prepared(model), options);

        /// <summary>A model without its least important channels; it wants fine-tuning afterwards.</summary>
        /// <param name="options">Null removes the half of each group whose weights have the least L1 norm.</param>
        /// <returns>A new model; this one is not changed.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
        public Model PruneChannels(ChannelPruningOptions? options = null) => new(model.PlanChannelPruning(options).Shrink(), model.Metadata);

        /// <summary>A model without the channels that are zero, or constant where a bias can take them over; it gives the same outputs.</summary>
        /// <returns>A new model; this one is not changed.</returns>
        public Model RemoveZeroChannels()
        {
            Graph graph = Prepared(model);
            new RemoveZeroChannels().Run(graph);
            return new Model(graph, model.Metadata);
        }
    }

    private static Graph Prepared(Model model)
    {
        Graph graph = model.Graph.Copy();
        PortablePipeline.CreateForTraining().Run(graph);
        return graph;
    }
}
