using Hone.Graphs;

namespace Hone.Compression.Channels;

/// <summary>A weight whose slices make channels; their size says how important the channels are.</summary>
/// <param name="Node">The node.</param>
/// <param name="Axis">The axis of output channels in its input 1.</param>
/// <param name="Atoms">The atom of each slice; where groups divide the outputs among several slices, those of the first group.</param>
internal sealed record ChannelProducer(Node Node, int Axis, int[] Atoms);
