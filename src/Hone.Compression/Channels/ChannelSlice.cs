using Hone.Graphs;

namespace Hone.Compression.Channels;

/// <summary>A constant input of a node that holds one slice per channel.</summary>
/// <param name="Node">The node.</param>
/// <param name="InputIndex">Which of its inputs.</param>
/// <param name="Axis">The axis of the channels in the constant.</param>
/// <param name="Atoms">The atom of each slice.</param>
/// <param name="MakesChannels">Whether a slice of zeros makes a channel of zeros, or is a part of that.</param>
internal sealed record ChannelSlice(Node Node, int InputIndex, int Axis, int[] Atoms, bool MakesChannels);
