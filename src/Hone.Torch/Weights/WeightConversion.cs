using Hone.Tensors;

namespace Hone.Torch;

/// <summary>A tensor whose elements were converted while it was loaded.</summary>
/// <param name="Name">Name in the module.</param>
/// <param name="From">Element type in the file.</param>
/// <param name="To">Element type in the module.</param>
public sealed record WeightConversion(string Name, DataType From, DataType To);
