using Hone.Graphs;

namespace Hone.Compression.Channels.Rules;

/// <summary>Follows channels through one node.</summary>
internal delegate void ChannelRule(ChannelAnalysis analysis, Node node);
