using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Passes;

/// <summary>Removes nodes that pass an input on unchanged; <see cref="NoOps"/> says which. Bit-exact, but that -0 + 0 stays -0.</summary>
internal sealed class RemoveNoOps : RewriteRule
{
    public override string Name => "remove what does nothing";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (NoOps.PassedOn(node) is not { } source || node.Outputs.Skip(1).Any(o => o is not null && graph.IsOutput(o)))
            return null;
        // An output that is an input, a constant or another output as well needs an Identity to carry its name.
        bool needsCarrier = graph.IsOutput(node.Output) && (source.Producer is null || graph.FindValue(source.Name) != source || graph.IsOutput(source));
        if (needsCarrier && node.Is("Identity"))
            return null;
        GraphPatch patch = new(graph, Name);
        patch.Replace(node.Output, source);
        return patch;
    }
}
