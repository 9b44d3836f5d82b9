using Hone.Tensors;

namespace Hone.Weights;

/// <summary>What a file says of one of its tensors.</summary>
/// <param name="Name">Name in the state dictionary, for example <c>layer1.0.conv1.weight</c>.</param>
/// <param name="DataType">Element type.</param>
/// <param name="Shape">Dimensions.</param>
public sealed record WeightEntry(string Name, DataType DataType, TensorShape Shape);
