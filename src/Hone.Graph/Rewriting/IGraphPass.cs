using Hone.Graphs;

namespace Hone.Rewriting;

/// <summary>A transformation of a whole graph.</summary>
public interface IGraphPass
{
    /// <value>A deed in a few words, for logs and errors, for example <c>fold constants</c>.</value>
    string Name { get; }

    /// <summary>Transforms the graph by patches.</summary>
    /// <returns>Whether anything changed; a second run right after must return false.</returns>
    bool Run(Graph graph);
}
