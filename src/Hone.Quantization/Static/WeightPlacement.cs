using Hone.Graphs;

namespace Hone.Quantization.Static;

/// <summary>A constant input of a node that is stored as integers.</summary>
/// <param name="Node">The convolution or matrix product.</param>
/// <param name="InputIndex">Which input the weight is.</param>
/// <param name="ChannelAxis">Axis of the output channels, from the front; null where one scale must do.</param>
public sealed record WeightPlacement(Node Node, int InputIndex, int? ChannelAxis)
{
    /// <value>The constant.</value>
    public Value Weight => Node.Inputs[InputIndex]!;
}
