using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Passes;

/// <summary>A Pad with zeros along the spatial axes becomes padding of the Conv behind it. Bit-exact.</summary>
/// <remarks>Left alone are other modes and fill values, negative pads, pads of batch or channels, and convolutions whose padding is automatic.</remarks>
internal sealed class FoldPadIntoConv : RewriteRule
{
    public override string Name => "fold pad into conv";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("Conv") || node.Input(0)?.Producer is not { } pad || SpatialPads(pad) is not { } added)
            return null;
        if (node.Attributes.GetString("auto_pad", "NOTSET") is not ("NOTSET" or "VALID") || node.Input(1)?.Shape?.Rank is not { } rank || added.Length != 2 * (rank - 2))
            return null;
        long[] pads = node.Attributes.GetInts("pads") ?? new long[added.Length];
        if (pads.Length != added.Length)
            return null;
        GraphPatch patch = new(graph, Name);
        AttributeMap attributes = node.Attributes.Without("auto_pad").With("pads", pads.Zip(added, (a, b) => a + b).ToArray());
        patch.Replace(node.Output, patch.Node("Conv", [pad.Input(0), .. node.Inputs.Skip(1)], attributes, node.Name));
        return patch;
    }

    /// <summary>The pads behind batch and channels, begins and then ends; null for a Pad that does something else.</summary>
    private static long[]? SpatialPads(Node pad)
    {
        if (!pad.Is("Pad") || pad.Attributes.GetString("mode", "constant") != "constant" || pad.Input(3) is not null || pad.Input(1)?.Constant is not { } constant)
            return null;
        bool isZero = pad.Input(2) is null || (FloatConstants.Read(pad.Input(2)) is { Length: > 0 } fill && fill[0] == 0);
        long[] pads = constant.ToInt64Array();
        int rank = pads.Length / 2;
        if (!isZero || rank < 3 || pads.Any(p => p < 0) || pads[0] + pads[1] + pads[rank] + pads[rank + 1] != 0)
            return null;
        return [.. pads[2..rank], .. pads[(rank + 2)..]];
    }
}
