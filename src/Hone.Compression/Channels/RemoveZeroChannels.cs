using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Compression.Channels;

/// <summary>Removes channels that hold zero, or another constant that a bias can take over.</summary>
/// <remarks>
/// Constant are channels with weights of zero, or behind a normalization of scale zero, and what elementwise operators, additions and pools make of
/// them. A constant other than zero is moved into the bias of the Conv or Gemm behind it, in float64; a channel is kept where that does not go: in
/// front of a Conv with padding, a ConvTranspose or a MatMul. Outputs are bit-exact when all removed channels are zero and sums are made in order.
/// Left alone are channels whose way is not known to its end; see <see cref="ChannelPlan"/>.
/// </remarks>
public sealed class RemoveZeroChannels : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "remove zero channels";

    /// <inheritdoc/>
    public bool Run(Graph graph)
    {
        bool changed = false;
        while (true)
        {
            ChannelAnalysis analysis = ChannelAnalysis.Of(graph);
            (_, ChannelSelection selection) = ChannelChoice.Constant(analysis);
            if (selection.IsEmpty)
                return changed;
            ChannelRemoval.Apply(analysis, selection);
            changed = true;
        }
    }
}
