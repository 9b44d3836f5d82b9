using Hone.Graphs;

namespace Hone.Rewriting;

/// <summary>Runs passes in order, again and again until none changes anything.</summary>
public sealed class PassPipeline
{
    /// <summary>A pipeline that still changes the graph after so many rounds has two passes that undo each other.</summary>
    private const int MostRounds = 50;

    private readonly IReadOnlyList<IGraphPass> _passes;

    /// <summary>Creates a pipeline.</summary>
    /// <param name="passes">In the order in which they run.</param>
    public PassPipeline(params IReadOnlyList<IGraphPass> passes) => _passes = passes;

    /// <value>Whether <see cref="GraphChecker"/> runs after every pass that changed something. Off by default; tests switch it on.</value>
    public bool ChecksAfterEveryPass { get; init; }

    /// <summary>Transforms the graph.</summary>
    /// <param name="graph">Changed in place.</param>
    /// <param name="progress">Told the name of each pass before it runs.</param>
    /// <param name="cancellationToken">Stops between two passes; the graph stays valid.</param>
    /// <exception cref="HoneException">A pass failed; the message names it.</exception>
    public void Run(Graph graph, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        for (int round = 0; round < MostRounds; round++)
        {
            bool changed = false;
            foreach (IGraphPass pass in _passes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(pass.Name);
                changed |= Run(pass, graph);
            }

            if (!changed)
                return;
        }

        throw new HoneException($"The passes still change the graph after {MostRounds} rounds: {string.Join(", ", _passes.Select(p => p.Name))}.");
    }

    private bool Run(IGraphPass pass, Graph graph)
    {
        try
        {
            bool changed = pass.Run(graph);
            // What a pass learns about one value, such as a folded shape, the next one may use everywhere behind it.
            if (changed)
                TypeInference.Run(graph);
            if (changed && ChecksAfterEveryPass)
                GraphChecker.Check(graph);
            return changed;
        }
        catch (HoneException e)
        {
            throw new HoneException($"Pass '{pass.Name}': {e.Message}", e);
        }
    }
}
