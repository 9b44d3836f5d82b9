using Hone.Graphs;

namespace Hone.Compression.Channels;

/// <summary>A place where channels end: a node that sums over them.</summary>
/// <param name="Node">Conv, ConvTranspose, Gemm or MatMul.</param>
/// <param name="Vector">The channels that it reads.</param>
/// <param name="FoldsConstants">Whether a channel that always holds one number can be moved into the node's bias.</param>
internal sealed record ChannelAbsorption(Node Node, ChannelVector Vector, bool FoldsConstants);
